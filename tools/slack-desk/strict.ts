import type { Json } from './types.ts';

/** Characters over all blocks of one message above which Slack refuses; undocumented, measured by others at 13,200. */
const MAX_BLOCKS_CHARACTERS = 13_200;

interface Limit {
  readonly at: (node: Json) => unknown;
  readonly name: string;
  readonly max: number;
}

const text = (field: string) => (node: Json) => record(node[field])?.['text'];
const field = (name: string) => (node: Json) => node[name];

/** Block Kit's limits by the `type` of the object that carries them. */
const LIMITS: { readonly [type: string]: readonly Limit[] } = {
  section: [
    { at: text('text'), name: 'text/text', max: 3000 },
    { at: field('fields'), name: 'fields', max: 10 },
  ],
  header: [{ at: text('text'), name: 'text/text', max: 150 }],
  context: [{ at: field('elements'), name: 'elements', max: 10 }],
  actions: [{ at: field('elements'), name: 'elements', max: 25 }],
  button: [
    { at: text('text'), name: 'text/text', max: 75 },
    { at: field('value'), name: 'value', max: 2000 },
    { at: field('url'), name: 'url', max: 3000 },
    { at: field('accessibility_label'), name: 'accessibility_label', max: 75 },
  ],
  plain_text_input: [{ at: field('initial_value'), name: 'initial_value', max: 3000 }],
  modal: [
    { at: text('title'), name: 'title/text', max: 24 },
    { at: text('submit'), name: 'submit/text', max: 24 },
    { at: text('close'), name: 'close/text', max: 24 },
    { at: field('private_metadata'), name: 'private_metadata', max: 3000 },
    { at: field('blocks'), name: 'blocks', max: 100 },
  ],
};
const IDS: readonly Limit[] = ['action_id', 'block_id', 'callback_id'].map((name) => ({
  at: field(name),
  name,
  max: 255,
}));
/** The blocks that the operator sends. */
const BLOCK_TYPES = new Set(['actions', 'context', 'divider', 'header', 'input', 'rich_text', 'section']);

/** Why Slack refuses a call, in the shape of its answer. */
export interface Refusal {
  readonly error: string;
  readonly messages?: readonly string[];
}

/** Slack's own checks of a message that the emulator does not make. */
export function refuseMessage(method: string, args: Json): Refusal | undefined {
  if (method === 'chat.update' && String(args['text'] ?? '').length > 4000) return { error: 'msg_too_long' };
  const blocks = args['blocks'];
  if (!Array.isArray(blocks)) return undefined;
  const messages = problems(blocks, '/blocks');
  if (blocks.length > 50) messages.push(violation('no more than 50 items allowed', '/blocks'));
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  return characters(blocks) > MAX_BLOCKS_CHARACTERS ? { error: 'msg_blocks_too_long' } : undefined;
}

/** Slack's own checks of a modal. */
export function refuseView(args: Json): Refusal | undefined {
  const view = record(args['view']);
  if (view === undefined) return undefined;
  if (JSON.stringify(view).length > 250_000) return { error: 'view_too_large' };
  const messages = problems(view, '/view');
  return messages.length > 0 ? { error: 'invalid_arguments', messages } : undefined;
}

/** Every violation in a tree of Block Kit objects, as Slack words them: with a JSON pointer. */
function problems(node: unknown, pointer: string): string[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => [
      ...unknownBlock(item, pointer, index),
      ...problems(item, `${pointer}/${index}`),
    ]);
  }
  const object = record(node);
  if (object === undefined) return [];
  const own = limitsOf(object, pointer).flatMap((limit) => overrun(object, limit, pointer));
  return [
    ...own,
    ...emptyText(object, pointer),
    ...Object.entries(object).flatMap(([key, value]) => problems(value, `${pointer}/${key}`)),
  ];
}

function limitsOf(object: Json, pointer: string): readonly Limit[] {
  const inFields = /\/fields\/\d+$/.test(pointer);
  const fieldText = inFields ? [{ at: field('text'), name: 'text', max: 2000 }] : [];
  return [...(LIMITS[String(object['type'])] ?? []), ...IDS, ...fieldText];
}

function overrun(object: Json, limit: Limit, pointer: string): string[] {
  const value = limit.at(object);
  const size = Array.isArray(value) || typeof value === 'string' ? value.length : 0;
  if (size <= limit.max) return [];
  const rule = Array.isArray(value)
    ? `no more than ${limit.max} items allowed`
    : `must be less than ${limit.max + 1} characters`;
  return [violation(rule, `${pointer}/${limit.name}`)];
}

function emptyText(object: Json, pointer: string): string[] {
  const isText = object['type'] === 'mrkdwn' || object['type'] === 'plain_text';
  return isText && object['text'] === ''
    ? [violation('must be more than 0 characters', `${pointer}/text`)]
    : [];
}

function unknownBlock(item: unknown, pointer: string, index: number): string[] {
  if (!/^\/(view\/)?blocks$/.test(pointer)) return [];
  const type = String(record(item)?.['type']);
  return BLOCK_TYPES.has(type) ? [] : [violation(`unsupported type: ${type}`, `${pointer}/${index}/type`)];
}

const violation = (rule: string, pointer: string) => `[ERROR] ${rule} [json-pointer:${pointer}]`;

function characters(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, item) => sum + characters(item), 0);
  const object = record(node);
  if (object === undefined) return 0;
  const own = typeof object['text'] === 'string' ? object['text'].length : 0;
  return own + Object.values(object).reduce((sum: number, value) => sum + characters(value), 0);
}

/** The value when it is a JSON object. */
export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
