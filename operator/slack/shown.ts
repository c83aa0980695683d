import { createHash } from 'node:crypto';

/** Stands above a message that was posted because an earlier one is gone; it is not part of what is asked. */
export const REPLACES = 'This replaces a message that was deleted. The decision is still open.';

/**
 * What Slack adds to blocks or changes in them without a person seeing it. Whatever else differs counts, so that what
 * Slack may learn to show does too. `value` is checked by itself.
 */
const UNSEEN = new Set(['block_id', 'emoji', 'verbatim', 'expand', 'value', 'style', 'private_metadata']);

/** A hash of all that people read in blocks and can press there, in order. */
export function hashOfShown(blocks: readonly unknown[]): string {
  const [first, ...rest] = blocks.map(seen);
  const asked = isReplacesNote(first) ? rest : [first, ...rest];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
}

/** Keys in order of the alphabet, as Slack keeps none. */
function seen(node: unknown): unknown {
  if (typeof node === 'string') return unescaped(node);
  if (Array.isArray(node)) return node.map(seen);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key, value]) => !UNSEEN.has(key) && value !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, seen(value)]);
}

function isReplacesNote(block: unknown): boolean {
  return JSON.stringify(block) === JSON.stringify(seen(replacesNote()));
}

export function replacesNote() {
  return { type: 'context' as const, elements: [{ type: 'plain_text' as const, text: REPLACES }] };
}

/** However often it was escaped on its way. What is text and what is marked up is told apart by its type. */
function unescaped(text: string): string {
  const once = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return once === text ? text : unescaped(once);
}
