import type { Random } from '../model/random.ts';
import { word as wordOf } from './grammar.ts';

/** The context keys that expressions may name; no context has the last one. */
export const KEYS = [
  ...['amount', 'count', 'name', 'note', 'tags', 'numbers', 'customer', 'items', 'flag', 'when', 'ttl'],
  ...['address', 'link', 'version', 'odd', 'missing'],
];

const NUMBERS = [
  ...[
    0, 1, -1, 2, 3, 5, 12, 50, 100, 0.1, 0.5, 1.5, -2.25, 99.99, 1e-7, 10_000, 1e9, 1e15, 9e15, 1e16, 1e19,
    1e300,
  ],
  ...[2 ** 31, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64, 5e-324, 1e308],
];
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'a b',
  'a-b',
  '',
  '1',
  'true',
  'ü',
  '\u{1f600}',
  '$typeName',
  'in',
];

type Made = (random: Random) => unknown;

const number: Made = (random) => (random.chance(0.5) ? random.below(20) - 5 : random.pick(NUMBERS));
const oneOf =
  (set: string): Made =>
  (random) =>
    wordOf(random, set);
const word = oneOf('word');
const bool: Made = (random) => random.chance(0.5);
const many =
  (made: Made, most = 4): Made =>
  (random) =>
    Array.from({ length: random.below(most + 1) }, () => made(random));
const record =
  (fields: Readonly<Record<string, Made>>): Made =>
  (random) =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(() => random.chance(0.9))
        .map(([key, made]) => [key, made(random)]),
    );
/** `Object.fromEntries` makes `__proto__` a key like any other, as `JSON.parse` does. */
const odd: Made = (random) =>
  Object.fromEntries(
    Array.from({ length: random.below(5) }, () => [random.pick(ODD_KEYS), anything(random)]),
  );

const FIELDS: Readonly<Record<string, Made>> = {
  amount: number,
  count: (random) => random.below(11) - 5,
  name: word,
  note: word,
  tags: many(word, 3),
  numbers: many(number),
  customer: record({
    vip: bool,
    tier: word,
    age: number,
    address: () => null,
    email: word,
    tags: many(word, 2),
  }),
  items: many(record({ sku: word, price: number, qty: (random) => random.below(9), tags: many(word, 2) }), 3),
  flag: bool,
  when: oneOf('moment'),
  ttl: oneOf('stretch'),
  address: oneOf('address'),
  link: oneOf('link'),
  version: oneOf('release'),
  odd,
};

const KINDS: readonly Made[] = [
  ...[number, word, bool, () => null, many(number), many(word), odd, () => [], () => ({}), oneOf('moment')],
];

function anything(random: Random): unknown {
  return random.pick(KINDS)(random);
}

/** A context whose values are mostly of the kinds that their names say; a few are of others, or not there. */
export function context(random: Random): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(FIELDS)
      .filter(() => random.chance(0.96))
      .map(([key, made]) => [key, random.chance(0.05) ? anything(random) : made(random)]),
  );
}
