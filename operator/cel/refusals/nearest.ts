/** Names further than this share of their letters are not what was meant. */
const FAR = 0.5;

/** The name that is the fewest changes of a letter away, whatever its case. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  // A name of any length: what was written is an author's, and may be as long as the rule.
  const short = wanted.slice(0, 40);
  const ranked = names
    .map((name) => ({ name, changes: distance(short.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.changes - b.changes);
  const [best] = ranked;
  return best !== undefined && best.changes <= FAR * best.name.length ? best.name : undefined;
}

/** Levenshtein's: letters added, left out or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
