/** The page that lists all decision records. */
export const DECISION_INDEX = 'docs/decisions/README.md';

/** A decision record. */
export interface DecisionRecord {
  /** Such as `0001-cel-engine.md`. */
  readonly file: string;
  /** Its first heading. */
  readonly title: string;
}

/** What is wrong with the records and their index, one sentence for each. `index`: the text of {@link DECISION_INDEX}. */
export function decisionFaults(records: readonly DecisionRecord[], index: string): string[] {
  const lines = new Set(index.split('\n'));
  const listed = index.split('\n').filter((line) => line.startsWith('- ['));
  const expected = new Set(records.map(lineOf));
  return [
    ...records.flatMap((record, i) => faultsOfNumber(record, records.slice(0, i))),
    ...[...expected].filter((line) => !lines.has(line)).map((line) => `${DECISION_INDEX} lacks: ${line}`),
    ...listed
      .filter((line) => !expected.has(line))
      .map((line) => `${DECISION_INDEX} has no record for: ${line}`),
  ];
}

function faultsOfNumber({ file }: DecisionRecord, before: readonly DecisionRecord[]): string[] {
  if (!/^\d{4}-[a-z0-9-]+[.]md$/.test(file)) return [`docs/decisions/${file}: name it NNNN-some-words.md`];
  const other = before.find((record) => numberOf(record) === numberOf({ file }));
  return other === undefined ? [] : [`docs/decisions/${file} has the number of ${other.file}`];
}

function numberOf({ file }: Pick<DecisionRecord, 'file'>): string {
  return file.slice(0, 4);
}

function lineOf({ file, title }: DecisionRecord): string {
  return `- [${file.slice(0, 4)}](${file}): ${title}`;
}
