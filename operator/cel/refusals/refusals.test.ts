import { describe, expect, it } from 'vitest';
import { refusal } from '../../../test/support/evaluate.ts';

/** What an author reads: place, cause and cure, before the line with its caret. */
const cause = (source: string, wanted?: 'bool' | 'string'): string | undefined =>
  refusal(source, wanted)?.split('\n')[0];

const ZONES = 'write one of the IANA database, e.g. "Europe/Berlin", or an offset, e.g. "+02:00"';
const INT = 'an int is at most 9223372036854775807: write a larger number as a double, e.g. 1e19';
const SAME = 'is the same for every checkpoint: it looks at nothing that one has';
const WRITTEN =
  'a pattern stands in the rule, so that it can be checked: write it out, joining several with |';
const RAW =
  'a raw text ends at its first quote, also where a backslash stands before it: write it in the other quotes';
const RE2 = 'the pattern is no RE2 pattern (no look-around, no back references)';
const CHAINED = 'put parentheses around the comparison inside a comparison';
const unlike = (types: string): string =>
  `the items of a list or map are of one type, not ${types}: write dyn(…) around one to mix them`;
const own = (name: string): string =>
  `${name} is CEL's own name: write context["${name}"] for the context key`;

describe('a refusal', () => {
  it('shows the line with a caret under the place', () => {
    expect(refusal('amount > 5 &&\n  now.getHours("PST") > 8')).toBe(
      `2:16: there is no time zone "PST": ${ZONES}\n    now.getHours("PST") > 8\n                 ^`,
    );
  });

  it.each([
    ['99999999999999999999 > amount', `1:1: ${INT}`],
    ['amount > -9223372036854775809', `1:11: ${INT}`],
    ['amount == 9223372036854775808', `1:11: ${INT}`],
    [
      'amount > 18446744073709551616u',
      '1:10: no number: 18446744073709551616u (a uint is at most 18446744073709551615)',
    ],
    ['amount > 1e400', '1:10: a double is at most 1.8e308'],
    ['now.getHours("UTC+2") > 8', `1:14: there is no time zone "UTC+2": ${ZONES}`],
    ['now.getDate("europe/berlin") > 8', `1:13: there is no time zone "europe/berlin": ${ZONES}`],
    [
      'now < timestamp("2026-02-30T00:00:00Z")',
      '1:17: timestamp() takes a date and time of RFC 3339, e.g. "2026-11-02T10:00:00Z"',
    ],
    [
      'now < timestamp("2026-02-03T00:00:00")',
      '1:17: timestamp() takes a date and time of RFC 3339, e.g. "2026-11-02T10:00:00Z"',
    ],
    ['now < timestamp(253402300800)', '1:17: timestamp() takes seconds of the years 1 to 9999'],
    ['now - now < duration("1 hour")', '1:22: duration() takes e.g. "1h30m" or "500ms", up to 292 years'],
    ['int("0x10") == amount', '1:5: int() takes a whole decimal number of 64 bits'],
    [
      'flag || now < timestamp(string(100.0))',
      '1:25: timestamp() takes a date and time of RFC 3339, e.g. "2026-11-02T10:00:00Z"',
    ],
    [
      'items.all(i, i < math.greatest([]))',
      '1:32: math.greatest() takes numbers, or a list of them that is not empty',
    ],
    ['context[?null].hasValue()', '1:10: nothing is indexed by null'],
    ['items[dyn(b"a")] == 1', '1:7: nothing is indexed by dyn(b"a")'],
    ['uint(-3) == amount', '1:6: the number is out of the range of uint'],
    ['ip("10.0.0.256") == ip(host)', '1:4: IP Address parse error during conversion from string'],
    ['cidr("10.0.0.0").containsIP(host)', '1:6: network address parse error during conversion from string'],
    [
      'url("example.com") == url(target)',
      '1:5: URL parse error during conversion from string: invalid URI for request',
    ],
    ['quantity(memory).isLessThan(quantity("4K"))', "1:38: unable to parse quantity's suffix"],
    ['semver(version) == semver("v1.2.3")', '1:27: Invalid character(s) found in major number'],
  ])('of a literal that is out of range: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['"%d of %d".format([amount]) == text', '1:19: the text has 2 places, the list 1 value'],
    ['"%d".format([amount, amount]) == text', '1:13: the text has 1 place, the list 2 values'],
    ['"100%".format([]) == text', '1:1: unexpected end of string'],
    [
      '"%5d".format([amount]) == text',
      '1:1: could not parse formatting clause: unrecognized formatting clause',
    ],
  ])('of a text that is not filled: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['context.dry-run', '1:1: write context["dry-run"] for the key, or put spaces around - to subtract'],
    ['dry-run == true', '1:1: write context["dry-run"] for the key, or put spaces around - to subtract'],
    ['`dry-run` == true', '1:1: unexpected `dry-run` (a name in back quotes stands after a point)'],
    ['amount > 1 and amount < 5', '1:12: unexpected and (CEL writes && for and)'],
    ['amount < 1 OR amount > 5', '1:12: unexpected OR (CEL writes || for OR)'],
    ['not frozen', '1:5: unexpected frozen (CEL writes ! for not)'],
    ['amount = 5', '1:8: unexpected = (CEL compares with ==)'],
    ['amount > 1 & amount < 5', '1:12: unexpected & (CEL writes && and ||)'],
    ['.5 < amount', '1:1: unexpected token: `.` (write a digit before the point: 0.5)'],
    [
      'size([1, ?amount]) > 0',
      '1:10: unexpected token: `?` (an optional item cannot be written here: give it by orValue)',
    ],
    ['amount <', '1:9: unexpected token: the end'],
    ['(amount > 1', '1:12: expected `)`, got the end'],
    ['action == "x', '1:11: unterminated string'],
    ['amount == 12 in [true]', `1:1: ${CHAINED}`],
    ['true != (amount) < (13)', `1:1: ${CHAINED}`],
    ['true == ("a)") in (["b"])', `1:1: ${CHAINED}`],
  ])('of what is written as elsewhere: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['namespace == "x"', `1:1: reserved identifier: namespace (${own('namespace')})`],
    ['package == 1', `1:1: reserved identifier: package (${own('package')})`],
    ['map == "x"', `1:1: no such overload: type == string (${own('map')})`],
    ['type == "refund"', `1:1: no such overload: type == string (${own('type')})`],
  ])('of a key that CEL keeps for itself: %s', (source, text) => {
    expect(cause(source)).toBe(text);
    expect(cause(source.replace(/^\w+/, 'context["$&"]'))).toBeUndefined();
  });

  it.each([
    ['note.startWith("x")', '1:1: there is no method startWith(): do you mean startsWith()?'],
    ['note.length() > 3', '1:1: there is no method length(): do you mean size()?'],
    ['note.frobnicate()', '1:1: there is no method frobnicate()'],
    ['note.size(1) > 3', '1:1: there is no method size() with 1 arguments: it takes 0'],
    [
      'startsWith(note, "x")',
      '1:1: there is no function startsWith(): it is a method, write x.startsWith(…)',
    ],
    ['note.int() == 3', '1:1: there is no method int(): write int(x)'],
    ['constructor("x") == 1', '1:1: there is no function constructor()'],
    ['optional.some(1) == note', '1:1: there is no function optional.some(): do you mean optional.none()?'],
    ['has(amount)', '1:1: has() takes a field, e.g. has(context.amount), not amount'],
    ['has(items[0])', '1:1: has() takes a field, e.g. has(context.amount), not items[0]'],
  ])('of a function that is none: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['note.matches(context.pattern)', `1:14: ${WRITTEN}`],
    ['matches(note, context.pattern)', `1:15: ${WRITTEN}`],
    ['note.matches("a(?=b)")', `1:14: ${RE2}`],
    ['note.matches("(a)\\\\1")', `1:14: ${RE2}`],
    [String.raw`r'it\'s' == note`, `1:1: ${RAW}`],
    [String.raw`note == r"""a\""" b"""`, `1:9: ${RAW}`],
    [
      'note.matches("\\bdrop\\b")',
      String.raw`1:14: \b in "…" is a backspace: write r"\bdrop\b" for the boundary of a word`,
    ],
    [`note.matches("${'a'.repeat(257)}")`, '1:14: the pattern is longer than 256 characters'],
    [
      `note.matches("${'(a{1,1000})'.repeat(23)}")`,
      '1:14: the patterns come to about 46048 instructions, at most 1000: repeat less, e.g. `{1,20}` or `+`',
    ],
    [
      'note.matches("a{900}") || note.matches("b{900}")',
      '1:40: the patterns come to 1804 instructions, at most 1000: repeat less, e.g. `{1,20}` or `+`',
    ],
  ])('of a pattern that is unfit: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['true', `1:1: ${SAME}`],
    ['1 < 2', `1:1: ${SAME}`],
    ['amount < 50 || true', `1:16: ${SAME}`],
    ['amount < 50 && [1].all(x, x > 0)', `1:16: ${SAME}`],
    ['true ? amount > 1 : amount < 1', `1:1: ${SAME}`],
    ['!false', `1:1: ${SAME}`],
    ['amount == amount', '1:1: compares a thing with itself'],
    ['amount in []', '1:1: nothing is in an empty list'],
    ['now.getHours("Europe/Berlin") > 24', '1:1: holds never: getHours() gives 0 to 23'],
    ['now.getDayOfWeek() == 7', '1:1: holds never: getDayOfWeek() gives 0 to 6'],
    ['12 <= now.getMonth()', '1:1: holds never: getMonth() gives 0 to 11'],
    ['size(items) >= 0', '1:1: holds always: size() gives 0 or more'],
    ['amount > 100 && amount < 50', '1:17: never holds together with what is said of amount before'],
    [
      'amount > 50 && note == "x" && amount <= 50',
      '1:31: never holds together with what is said of amount before',
    ],
    ['tier == "gold" && tier == "silver"', '1:19: never holds together with what is said of tier before'],
    ['requester.username == 5', '1:1: requester.username is a text: write "5"'],
    ['action == 5', '1:1: no such overload: string == int'],
    [
      'now > "2026-01-01"',
      '1:1: no such overload: timestamp > string (write timestamp("2026-11-02T10:00:00Z") for a time)',
    ],
    ['now - now > "1h"', '1:1: no such overload: duration > string (write duration("1h30m") for a duration)'],
  ])('of a condition that decides nothing: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    ['now.getHours() >= 8 && now.getHours() < 18'],
    ['amount >= 50 && amount <= 50'],
    ['duration(ttl).getHours() > 24'],
    ['items.all(x, x.price > 0 || x.free)'],
    ['amount - fee > 3 && -amount < fee'],
    ['(tier == "gold" || tier == "silver") && tier != "none"'],
    ['context.`dry-run` == true && note.matches(r"\\bdrop\\b")'],
    [String.raw`note.matches(r"it's \x{4000}") || note == r'a "quoted" \d'`],
    ['items.filter(x, x.price > 5).map(x, x.price * 2).exists(p, p > 10)'],
    ['a.all(x, x.all(y, y.all(z, z > 1)))'],
  ])('is not of what only looks like it: %s', (source) => {
    expect(cause(source)).toBeUndefined();
  });

  it.each([
    ['size([1, "a"]) == amount', `1:10: ${unlike('int and string')}`],
    ['amount in [limit, 5]', `1:19: ${unlike('dyn and int')}`],
    ['{"a": 1, "b": "x"} == context', `1:15: ${unlike('int and string')}`],
    ['{"a": 1}[1] == amount', '1:10: the keys of this map are of type string, this is int'],
    ['items.all(1, x)', '1:11: the name of a variable stands here, e.g. items.all(x, x.price < 5)'],
    ['items.all(i, i, i > 0)', '1:14: all() takes two names'],
    ['action.all(x, x == "a")', '1:1: only lists and maps are walked, this is string'],
    ['items.all(x, 5)', '1:14: must be true or false, is int'],
    ['optional.of(1).orValue("x") == amount', '1:1: must be of one type, is int or string'],
    ['[1].optMap(x, x) == amount', '1:1: must be an optional, is list<int>'],
    [
      'action.getHours() == 3',
      '1:1: getHours() does not take string: there is timestamp.getHours(), duration.getHours()',
    ],
    ['1 + 1', '1:1: must be of type bool, is int'],
  ])('of types that do not fit: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    [
      'a.all(x, x.all(y, y.all(z, z.all(w, w))))',
      '1:28: lists are walked at most 3 deep, one inside the other',
    ],
    [
      '[[[[[amount]]]]] == note',
      '1:1: lists, maps and optionals are at most 4 deep in each other: write dyn(…) around what is in them',
    ],
    [Array(17).fill('a.all(x, x)').join(' || '), '1:241: lists are walked at most 16 times'],
    [
      `amount in [${Array(101).fill('1').join(',')}]`,
      '1:212: a list that is written out has at most 100 items',
    ],
    [`${'('.repeat(40)}amount > 1${')'.repeat(40)}`, '1:33: an expression is nested at most 32 deep'],
    [Array(300).fill('a').join(' || '), '1:1: an expression has at most 500 parts'],
  ])('of what nobody could read: %s', (source, text) => {
    expect(cause(source)).toBe(text);
  });

  it.each([
    [
      'Refund of 5 is too high',
      '1:8: unexpected of (a message is an expression: put its words in quotes, e.g. "Refund of " + string(amount))',
    ],
    ['5', '1:1: must be of type string, is int'],
    ['"Refund of " + 5', '1:1: no such overload: string + int'],
  ])('of a message that is no text: %s', (source, text) => {
    expect(cause(source, 'string')).toBe(text);
  });
});
