import { createHash } from 'node:crypto';
import type { PlainTextElement } from '@slack/types';
import { line } from './blocks.ts';

/** Stands above a message that was posted because an earlier one is gone; it is not part of what is asked. */
const REPLACES = 'This replaces a message that was deleted. The decision is still open.';

/**
 * What Slack adds to blocks or changes in them without a person seeing it. Whatever else differs counts, so that what
 * Slack may learn to show does too. `value` is checked by itself.
 */
const NOT_SHOWN = new Set(['block_id', 'expand', 'value', 'style', 'private_metadata']);

/** What Slack fills in where nothing is said. Source: its reference page of text objects. */
const DEFAULTS = new Map<unknown, object>([
  ['plain_text', { emoji: true }],
  ['mrkdwn', { verbatim: false }],
]);

const MOST_DIFFERENCES = 5;

/** A hash of all that people read in blocks and can press there, in order. */
export function contentHash(blocks: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify(withoutNote(blocks)))
    .digest('hex')
    .slice(0, 16);
}

/** Where two lists of blocks read differently, as JSON pointers, the first few. No text of either is in them. */
export function differences(sent: readonly unknown[], stored: readonly unknown[]): string[] {
  return pointers(withoutNote(sent), withoutNote(stored), '').slice(0, MOST_DIFFERENCES);
}

export function replacesNote() {
  return line({ type: 'plain_text', text: REPLACES });
}

/** Blocks as they came from Slack, fit to be sent again: what it escaped in plain text is as it was. */
export function unescapedOnce<T>(blocks: readonly T[]): T[] {
  return blocks.map((block) => unescapedIn(block) as T);
}

function withoutNote(blocks: readonly unknown[]): unknown[] {
  const [first, ...rest] = blocks.map(seen);
  return JSON.stringify(first) === JSON.stringify(seen(replacesNote())) ? rest : [first, ...rest];
}

/** Keys in order of the alphabet, as Slack keeps none. */
function seen(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(seen);
  if (!isObject(node)) return node;
  const whole = { ...DEFAULTS.get(node['type']), ...defined(node) };
  const entries = Object.entries(whole).filter(([key]) => !NOT_SHOWN.has(key));
  const inOrder = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = isPlainText(node) ? { text: unescapedToTheEnd(node.text) } : {};
  return { ...Object.fromEntries(inOrder.map(([key, value]) => [key, seen(value)])), ...text };
}

const defined = (node: object) =>
  Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null;
}

function isPlainText(node: Record<string, unknown>): node is PlainTextElement & Record<string, unknown> {
  return node['type'] === 'plain_text' && typeof node['text'] === 'string';
}

function unescapedIn(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(unescapedIn);
  if (!isObject(node)) return node;
  if (isPlainText(node)) return { ...node, text: unescaped(node.text) };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, unescapedIn(value)]));
}

/** Plain text makes nothing of these signs, so how often they were escaped on the way tells nothing. */
function unescapedToTheEnd(text: string): string {
  const once = unescaped(text);
  return once === text ? text : unescapedToTheEnd(once);
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function pointers(one: unknown, other: unknown, at: string): string[] {
  if (!isObject(one) || !isObject(other)) return one === other ? [] : [at];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => pointers(one[key], other[key], `${at}/${key.slice(0, 40)}`));
}
