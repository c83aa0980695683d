import { createHash } from 'node:crypto';

/** Stands above a message that was posted because an earlier one is gone; it is not part of what is asked. */
export const REPLACES = 'This replaces a message that was deleted. The decision is still open.';

/**
 * A hash of what people read in a message: the kinds of its blocks and every text in them, in order, without the buttons.
 * Slack gives blocks back with names, defaults and escapes of its own, so those do not count.
 */
export function hashOfShown(blocks: readonly unknown[], phase: string): string {
  const read = blocks.map(readable).filter(([type, ...texts]) => type !== 'actions' && texts[0] !== REPLACES);
  return createHash('sha256')
    .update(JSON.stringify([read, phase]))
    .digest('hex')
    .slice(0, 16);
}

function readable(block: unknown): string[] {
  const { type } = (block ?? {}) as { type?: unknown };
  return [String(type), ...textsIn(block)];
}

function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  const { text, ...rest } = node as { text?: unknown };
  const own = typeof text === 'string' ? [unescaped(text)] : textsIn(text);
  return [...own, ...Object.values(rest).flatMap(textsIn)];
}

/** However often it was escaped on its way. */
function unescaped(text: string): string {
  const once = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return once === text ? text : unescaped(once);
}
