import fc from 'fast-check';

/** The context keys that expressions may name, and a few that no context has. */
export const KEYS = ['amount', 'count', 'name', 'tags', 'numbers', 'customer', 'flag', 'when', 'missing'];

const word = fc.constantFrom('gold', 'silver', 'A-1042', 'Ä', '', 'x', 'win-back', '12', 'true', 'a.b');
const numberValue = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0.1, 0.5, 1.5, -2.25, 1e9, 2 ** 53 - 1, 1e-7, 50, 10_000),
);

/** A context with every key but `missing`, each of the type that its name suggests, sometimes null or absent. */
export const facts: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    amount: numberValue,
    count: fc.integer({ min: -5, max: 5 }),
    name: word,
    tags: fc.array(word, { maxLength: 3 }),
    numbers: fc.array(numberValue, { maxLength: 4 }),
    customer: fc.record(
      { vip: fc.boolean(), tier: word, age: numberValue, address: fc.constant(null) },
      { requiredKeys: ['tier', 'vip'] },
    ),
    flag: fc.oneof({ weight: 5, arbitrary: fc.boolean() }, fc.constant(null)),
    when: fc.constantFrom(
      '2026-11-23T11:00:00Z',
      '2026-11-23T12:00:00+02:00',
      '2027-01-01T00:00:00.5Z',
      'soon',
    ),
  },
  { requiredKeys: ['amount', 'count', 'name', 'tags', 'numbers', 'customer'] },
);

const literal = (text: string): string => `'${text}'`;
const of = (format: (...parts: string[]) => string, ...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((made) => format(...made));

type Sorts = { bool: string; number: string; text: string; list: string; time: string };

const sorts = fc.letrec<Sorts>((tie) => {
  const { bool, number, text, list, time } = {
    bool: tie('bool'),
    number: tie('number'),
    text: tie('text'),
    list: tie('list'),
    time: tie('time'),
  };
  const compare = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
  const call = fc.constantFrom('startsWith', 'endsWith', 'contains');
  const pattern = fc.constantFrom("'^A-[0-9]+$'", "'(gold|silver)'", "'^$'", "'[a-z]+'", "'\\\\d'");
  const macro = fc.constantFrom('all', 'exists', 'exists_one');
  return {
    bool: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'true',
        'false',
        'flag',
        'customer.vip',
        "customer['vip']",
        'has(customer.age)',
        'missing == 1',
      ),
      of((a, op, b) => `${a} ${op} ${b}`, number, compare, number),
      of((a, op, b) => `${a} ${op} ${b}`, text, compare, text),
      of((a, op, b) => `${a} ${op} ${b}`, time, compare, time),
      of((a, f, b) => `${a}.${f}(${b})`, text, call, text),
      of((a, p) => `${a}.matches(${p})`, text, pattern),
      of((a, b) => `${a} in ${b}`, text, list),
      of((a, b) => `${a} == ${b}`, list, list),
      of((a) => `${a} in numbers`, number),
      of((a, b) => `(${a}) && (${b})`, bool, bool),
      of((a, b) => `(${a}) || (${b})`, bool, bool),
      of((a, b, c) => `(${a}) ? (${b}) : (${c})`, bool, bool, bool),
      of((a) => `!(${a})`, bool),
      of((l, m, b) => `${l}.${m}(t, t == ${b})`, list, macro, text),
      of((m, op, b) => `numbers.${m}(n, n ${op} ${b})`, macro, compare, number),
    ),
    number: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('amount', 'count', 'customer.age', 'numbers[0]', "context['amount']", 'context.count'),
      fc.constantFrom('0', '1', '50', '-3', '0.5', '10000.0', '1e9', '2.25'),
      of((l) => `size(${l})`, list),
      of((t) => `size(${t})`, text),
      of((a, op, b) => `(${a} ${op} ${b})`, number, fc.constantFrom('+', '-', '*', '/'), number),
      of((a, b, c) => `(${a} ? ${b} : ${c})`, bool, number, number),
      of((a) => `double(${a})`, number),
      of((a) => `int(${a})`, number),
    ),
    text: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('name', 'customer.tier', "customer['tier']", 'action', 'requester.username', 'tags[0]'),
      word.map(literal),
      of((a, b) => `(${a} + ${b})`, text, text),
      of((a) => `${a}.lowerAscii()`, text),
      of((a, b, c) => `(${a} ? ${b} : ${c})`, bool, text, text),
    ),
    list: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('tags', "['gold', 'silver']", '[]', 'context.tags'),
      of((l, t) => `${l}.filter(t, t != ${t})`, list, text),
    ),
    time: fc.constantFrom(
      'now',
      'timestamp(when)',
      "timestamp('2026-11-23T12:00:00Z')",
      "now - duration('1h')",
    ),
  };
});

/** A condition as authors write it: mostly of the right types. */
export const expression: fc.Arbitrary<string> = sorts.bool;
