import type { Doubt } from './doubts.ts';

/** One place where two JSON values differ. Absent is undefined. */
interface Difference {
  /** A JSON pointer. */
  readonly at: string;
  readonly sent: unknown;
  readonly got: unknown;
}

const SHOWN_CHARACTERS = 160;

/** Every place where two JSON values differ. The ids of blocks, which Slack always gives, do not count. */
export function compare(sent: unknown, got: unknown, at = ''): Difference[] {
  if (!isObject(sent) || !isObject(got)) return sent === got ? [] : [{ at: at || '/', sent, got }];
  const keys = new Set([...Object.keys(sent), ...Object.keys(got)]);
  keys.delete('block_id');
  return [...keys].flatMap((key) => compare(sent[key], got[key], `${at}/${key}`));
}

/** Lines for people: for each doubt what became of it, or that nothing did. */
export function report(doubts: readonly Doubt[], got: readonly unknown[]): string[] {
  return doubts.flatMap(({ name, block }, index) => {
    const found = compare(block, got[index]);
    if (found.length === 0) return [`  as sent   ${name}`];
    return [`  DIFFERS   ${name}`, ...found.map((one) => `              ${line(one)}`)];
  });
}

export function line({ at, sent, got }: Difference): string {
  return `${at}: ${shown(sent)} became ${shown(got)}`;
}

/** In ASCII, so that nothing of it is invisible. */
function shown(value: unknown): string {
  if (value === undefined) return '(absent)';
  const json = JSON.stringify(value).replaceAll(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return json.length <= SHOWN_CHARACTERS ? json : `${json.slice(0, SHOWN_CHARACTERS)}…`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
