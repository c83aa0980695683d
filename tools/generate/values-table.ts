import { parseDocument, type Scalar, YAMLMap } from 'yaml';

const MARK = '# --';
const BEGIN = '<!-- values: made from values.yaml by make generate; do not edit -->\n';
const END = '<!-- end of values -->';

interface Row {
  readonly path: string;
  readonly preset: unknown;
  readonly text: string;
}

/**
 * A chart's README with the table of its values made anew.
 * @throws Error where the README has no place for it, or a value has no comment that begins with `# --`
 */
export function withValuesTable(readme: string, values: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the chart's README needs ${BEGIN.trim()} and ${END}`);
  return readme.slice(0, begin + BEGIN.length) + tableOf(values) + readme.slice(end);
}

function tableOf(values: string): string {
  const { contents } = parseDocument(values);
  if (!(contents instanceof YAMLMap)) throw new Error('values.yaml is no map');
  const lines = rowsOf(contents, '').map(
    ({ path, preset, text }) => `| \`${path}\` | \`${JSON.stringify(preset)}\` | ${cell(text)} |`,
  );
  return ['', '| value | default | |', '|---|---|---|', ...lines, '', ''].join('\n');
}

/** A value with a comment of its own is a row, whatever it holds; one without is a group of others. */
function rowsOf(map: YAMLMap, prefix: string): Row[] {
  return map.items.flatMap((pair, index) => {
    const key = pair.key as Scalar<string>;
    const path = `${prefix}${key.value}`;
    // The parser gives the comment before the first key to the map itself.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const text = described(comment ?? '');
    if (text !== undefined) return [{ path, preset: map.toJSON()[key.value], text }];
    if (!(pair.value instanceof YAMLMap)) throw new Error(`${path}: has no comment that begins with ${MARK}`);
    return rowsOf(pair.value, `${path}.`);
  });
}

/** The comment from its mark on; undefined where it has none. */
function described(comment: string): string | undefined {
  const lines = comment.split('\n').map((line) => `#${line}`);
  const start = lines.findIndex((line) => line.startsWith(MARK));
  if (start < 0) return undefined;
  const [first = '', ...rest] = lines.slice(start);
  return [first.slice(MARK.length), ...rest.map((line) => line.slice(1))]
    .map((line) => line.trim())
    .join(' ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
