import { withEmojiCodes } from './emoji.ts';
import { record } from './strict.ts';
import type { Json } from './types.ts';

/** What a Slack of tomorrow may do to a block besides. */
export type Unforeseen = (block: Json) => Json;

/**
 * What Slack makes of a message or a window before it keeps it and gives it back: in answers, in the history and in
 * clicks. Only what its documents say or captured payloads show.
 */
export function storedForm(args: Json, unforeseen: Unforeseen = (block) => block): Json {
  const { blocks, view, text } = args;
  return {
    ...args,
    ...(Array.isArray(blocks) ? { blocks: storedBlocks(blocks, unforeseen) } : {}),
    ...(typeof text === 'string' ? { text: storedMarkup(text, false) } : {}),
    ...(record(view) === undefined ? {} : { view: storedView(record(view) ?? {}, unforeseen) }),
  };
}

/** Every block has a name, for a click must tell where it was. */
export function storedBlocks(blocks: readonly unknown[], unforeseen: Unforeseen = (block) => block): Json[] {
  return blocks.map((block, index) => unforeseen({ block_id: blockId(index), ...record(stored(block)) }));
}

function storedView(view: Json, unforeseen: Unforeseen): Json {
  const { blocks, ...rest } = view;
  return {
    ...record(stored(rest)),
    ...(Array.isArray(blocks) ? { blocks: storedBlocks(blocks, unforeseen) } : {}),
  };
}

const blockId = (index: number) => `b${index}${Math.random().toString(36).slice(2, 6)}`;

/** A tree of Block Kit objects, with the defaults that Slack fills in and its texts as Slack keeps them. */
function stored(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(stored);
  const object = record(node);
  if (object === undefined) return node;
  const inner = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, stored(value)]));
  if (typeof inner['text'] === 'string') return storedText(inner, inner['text']);
  return inner['type'] === 'input' ? { optional: false, dispatch_action: false, ...inner } : inner;
}

function storedText(object: Json, text: string): Json {
  if (object['type'] === 'plain_text') {
    const emoji = object['emoji'] !== false;
    const lines = withUnixLines(text);
    return { ...object, text: escaped(emoji ? withEmojiCodes(lines) : lines), emoji };
  }
  if (object['type'] !== 'mrkdwn') return object;
  const verbatim = object['verbatim'] === true;
  return { ...object, text: storedMarkup(text, verbatim), verbatim };
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Mentions, dates and links, which are left as they came. */
const TOKEN = /(<(?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>\n]*>)/i;
const ADDRESS = /https?:\/\/[^\s<>|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

function storedMarkup(text: string, verbatim: boolean): string {
  const parts = withEmojiCodes(withUnixLines(text)).split(TOKEN);
  return parts.map((part, index) => (index % 2 === 1 ? part : storedWords(part, verbatim))).join('');
}

function storedWords(words: string, verbatim: boolean): string {
  const bare = words
    .replaceAll(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return verbatim ? bare : bare.replaceAll(ADDRESS, linked);
}

const linked = (address: string) =>
  address.includes('://') ? `<${address}>` : `<mailto:${address}|${address}>`;

const withUnixLines = (text: string) => text.replaceAll('\r\n', '\n');
