import { describe, expect, it } from 'vitest';
import { evaluate, failure, refusal } from '../../test/support/evaluate.ts';

/** What was approved by the package's evaluation and must not be: a wrong `true`, or one where there is no answer. */
describe('what must not be approved', () => {
  it.each([
    ['refund == {"currency":"USD"}', '{"refund":{"__proto__":{}}}'],
    ['c in [{"op":"read"}]', '{"c":{"__proto__":{}}}'],
    ['x in {"true":1}', '{"x":true}'],
  ])('%s over %s is false', (source, context) => {
    expect(evaluate(source, context)).toBe(false);
  });

  it.each([
    ['int(rows) < 100', '{"rows":""}', '1:1: int() takes a whole decimal number of 64 bits'],
    ['int(rows) < 100', '{"rows":"0X10"}', '1:1: int() takes a whole decimal number of 64 bits'],
    ['int(rows) < 100', '{"rows":"0b1"}', '1:1: int() takes a whole decimal number of 64 bits'],
    ['int(rows) < 100', '{"rows":"0o17"}', '1:1: int() takes a whole decimal number of 64 bits'],
    ['int(rows) < 100', '{"rows":" 1"}', '1:1: int() takes a whole decimal number of 64 bits'],
    ['amount <= {"USD":100}[currency]', '{"amount":1,"currency":["USD"]}', '1:11: no such key'],
    [
      'now + duration(ttl) > now + duration("720h")',
      '{"ttl":"2400000001h"}',
      '1:7: duration() takes e.g. "1h30m" or "500ms", up to 292 years',
    ],
    ['int(amount * 1e9) > 0', '{"amount":9e15}', '1:1: the number is out of the range of int'],
    ['-int(least) > 0', '{"least":"-9223372036854775808"}', '1:1: the result is out of the range of int'],
    ['int(least) / -1 > 0', '{"least":"-9223372036854775808"}', '1:1: the result is out of the range of int'],
    [
      'int(least) % -1 == 0',
      '{"least":"-9223372036854775808"}',
      '1:1: the result is out of the range of int',
    ],
    ['double(x) == 16.0', '{"x":"0x10"}', '1:1: double() takes a decimal number'],
    [
      'now.getHours(zone) > 5',
      '{"zone":"UTC+2"}',
      '1:1: there is no such time zone: name one like "Europe/Berlin" or "+02:00"',
    ],
    ['rows[?1e308].hasValue()', '{"rows":[1]}', '1:1: the index of a list does not take double'],
    [
      'rows[?18446744073709551615u].hasValue()',
      '{"rows":[1]}',
      '1:1: the index of a list does not take uint',
    ],
    ['has(rows.x)', '{"rows":[1]}', '1:5: the index of a list does not take string'],
    ['{null: 1}.size() == 1', '{}', '1:1: a key of a map is a string, a whole number or a boolean'],
    ['{"a": 1, "a": 2}.size() == 1', '{}', '1:1: a map has each key once'],
    ['{1: 1, 1: 2}.size() == 1', '{}', '1:1: a map has each key once'],
  ])('%s over %s has no answer', (source, context, text) => {
    expect(failure(source, context)).toBe(text);
  });

  it('is not compiled where a literal is no number', () => {
    expect(refusal('99999999999999999999 > amount')).toContain('1:1: an int is at most 9223372036854775807');
  });
});

describe('text', () => {
  it.each([
    ['is ordered by code points', '"\\uffff" < "\\U00010000"'],
    ['is counted by code points', 'size("a😀b") == 3 && "😀".size() == 1'],
    ['is trimmed of what Unicode calls white', '"\\u0085x".trim() == "x" && "\\ufeffx".trim() != "x"'],
    ['is no number', 'string(1) != "1.0" && type("1") != type(1)'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });
});

describe('times and durations', () => {
  it.each([
    ['reach from year 1', 'timestamp("0001-01-01T00:00:00Z") < now'],
    ['to year 9999', 'timestamp("9999-12-31T23:59:59.999999999Z") > now'],
    [
      'are exact to the nanosecond',
      'timestamp("2026-11-02T10:00:00.000000001Z") > timestamp("2026-11-02T10:00:00Z")',
    ],
    [
      'have negative fractions',
      'duration("-1.5s") == duration("-1500ms") && duration("-1.5s").getSeconds() == -1',
    ],
    [
      'have fractions before 1970',
      'timestamp("1969-12-31T23:59:59.5Z").getMilliseconds() == 500 && int(timestamp("1969-12-31T23:59:59.5Z")) == -1',
    ],
    ['differ by less than a millisecond', 'duration("1ns") + duration("1us") == duration("1001ns")'],
    ['are subtracted exactly', 'duration("500ms") - duration("600ms") == duration("-100ms")'],
    ['are equal in a list', 'duration("1h") in [duration("60m")]'],
    ['add from either side', 'duration("1h") + now == now + duration("1h")'],
    ['are read from seconds', 'timestamp(1793613600) == now && int(now) == 1793613600'],
    [
      'are written as they were read',
      'string(timestamp("2026-11-02T12:00:00+02:00")) == "2026-11-02T12:00:00+02:00"',
    ],
    ['count days from 0', 'now.getDayOfYear() == 305 && now.getDayOfMonth() == 1 && now.getDate() == 2'],
    [
      'are local in a zone',
      'now.getHours("Asia/Kolkata") == 15 && now.getMinutes("Asia/Kolkata") == 30 && now.getHours("-03:30") == 6',
    ],
    ['know the days of change', 'timestamp("2026-03-29T01:30:00Z").getHours("Europe/Berlin") == 3'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });

  it.each([
    [
      'timestamp("9999-12-31T23:59:59Z") + duration("1s") > now',
      'the result is out of the range of timestamp',
    ],
    [
      'timestamp("0001-01-01T00:00:00Z") - duration("1ns") < now',
      'the result is out of the range of timestamp',
    ],
    [
      'timestamp("9999-12-31T23:59:59Z") - timestamp("0001-01-01T00:00:00Z") > duration("1s")',
      'the result is out of the range of duration',
    ],
    ['duration("2562047h") + duration("1h") > duration("1s")', 'the result is out of the range of duration'],
  ])('end where cel-go ends them: %s', (source, text) => {
    expect(failure(source)).toContain(text);
  });

  it.each([
    ['2026-02-29T10:00:00Z', 'a day the month lacks'],
    ['2026-11-02t10:00:00z', 'small letters'],
    ['2026-11-02T24:00:00Z', 'the hour 24'],
    ['2026-11-02T10:00:60Z', 'the second 60'],
    ['2026-11-02 10:00:00Z', 'a blank'],
    ['0000-01-01T00:00:00Z', 'the year 0'],
    ['２０２６-11-02T10:00:00Z', 'digits of another script'],
    ['9999-12-31T23:59:59-01:00', 'an offset into the year 10000'],
  ])('are not read from %s: %s', (at) => {
    expect(failure('timestamp(at) < now', JSON.stringify({ at }))).toContain('RFC 3339');
  });

  it('are the same in every time zone of the machine', () => {
    const zone = process.env['TZ'];
    try {
      for (const each of ['Pacific/Kiritimati', 'America/New_York', 'Europe/Berlin', 'UTC']) {
        process.env['TZ'] = each;
        expect(
          evaluate('timestamp("2026-03-29T02:30:00Z").getHours("UTC") == 2 && now.getHours() == 10'),
        ).toBe(true);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('keys', () => {
  it.each([
    [
      'of int, uint and double are one',
      '{1: "a"}[dyn(1u)] == "a" && {1u: "a"}[dyn(1.0)] == "a" && dyn(1) in {1u: true}',
    ],
    ['of other types are none', '!(dyn("1") in {1: true}) && !(dyn(true) in {"true": 1})'],
    ['keep their type', '{1u: "a"}.all(k, type(k) == uint)'],
    ['are no fractions', '!(dyn(1.5) in {1: true})'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });

  it('are asked for of maps alone: what is none has none', () => {
    expect(
      evaluate('has(amount.x) || has(note.x) || has(nothing.x)', '{"amount":1,"note":"","nothing":null}'),
    ).toBe(false);
  });
});

describe('numbers', () => {
  it.each([
    ['of two types mix in arithmetic', 'amount * 2 == 24.0 && 1 + amount == 13.0 && amount / 5 == 2.4'],
    ['compare by value', 'amount == 12.0 && amount < 13 && amount in [12]'],
    ['divide towards zero', '-7 / 2 == -3 && -7 % 2 == -1'],
    ['have a least one', '-9223372036854775808 < 0'],
    [
      'are written as Go writes them',
      'string(1e6) == "1e+06" && string(100000.0) == "100000" && string(0.1) == "0.1"',
    ],
    ['are NaN in no order and equal to nothing', 'double("NaN") != double("NaN")'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source, '{"amount":12}')).toBe(true);
  });

  it.each([
    ['9223372036854775807 + 1 > 0', '1:1: the result is out of the range of int'],
    ['5u - 6u > 0u', '1:1: the result is out of the range of uint'],
    ['1 / 0 == 1', '1:1: division by zero'],
    ['1 % 0 == 1', '1:1: division by zero'],
    ['double("NaN") < 1.0', '1:1: NaN has no order'],
    ['amount % 5 == 2', '1:1: % does not take double, int'],
  ])('have no value where cel-go has none: %s', (source, text) => {
    expect(failure(source, '{"amount":12}')).toBe(text);
  });
});

describe('bytes', () => {
  it.each([
    ['of text are UTF-8', 'bytes("ä") == b"ä" && size(b"ä") == 2'],
    ['of escapes are bytes', 'b"\\xff\\377" == b"\\377\\xff" && size(b"\\xff") == 1'],
    ['are ordered', 'b"a" < b"b"'],
    ['are text again', 'string(b"\\xc3\\xa4") == "ä"'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });

  it('are no text where they are no UTF-8', () => {
    expect(failure('string(b"\\xff" + b"") == ""')).toContain('UTF-8');
  });
});
