import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CONTEXT_BYTES, CONTEXT_DEPTH, LIST_ITEMS } from '../../operator/model/context-bounds.ts';

/** A condition made to be dear, and what it looks at. */
export interface Hostile {
  readonly condition: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** As much of each as a context may have. */
const TEXT = CONTEXT_BYTES - 1000;

/** The worst of each kind that the bounds of a context let through. */
const CONTEXTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  items: { items: Array.from({ length: LIST_ITEMS }, (_, i) => i + 0.5), count: 2 ** 53 - 1 },
  text: { text: 'a'.repeat(TEXT) },
  digits: { digits: '9'.repeat(TEXT) },
  wide: { wide: '\u{1f600}'.repeat(TEXT / 4) },
  keys: { keys: Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`key${i}`, i])) },
  deep: { deep: nested(CONTEXT_DEPTH - 2) },
};

/** Lists in lists, wide enough to be as large as a context may be. */
function nested(depth: number): unknown {
  const inner = Array.from({ length: LIST_ITEMS }, (_, i) => i);
  return Array.from({ length: depth - 1 }).reduce<unknown>((list) => [list, inner.slice(0, 400)], inner);
}

export function hostileRules(): Hostile[] {
  const text = readFileSync(join(import.meta.dirname, 'hostile.yaml'), 'utf8');
  const byContext = parse(text) as Record<string, string>;
  return Object.entries(byContext).flatMap(([name, conditions]) =>
    conditions
      .trim()
      .split('\n')
      .map((condition) => ({ condition, context: CONTEXTS[name] ?? {} })),
  );
}
