import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';

describe('a quantity', () => {
  test.each([
    'isQuantity("1.5Gi") && isQuantity("250m") && !isQuantity("1 Gi") && !isQuantity("1,5")',
    'quantity("1000m") == quantity("1") && quantity("1Gi") != quantity("1G")',
    'quantity("200M").isGreaterThan(quantity("100M")) && !quantity("1").isGreaterThan(quantity("1"))',
    'quantity("1Ki").isLessThan(quantity("2k")) && quantity("1Gi").compareTo(quantity("1024Mi")) == 0',
    'quantity("50k").asInteger() == 50000 && quantity("50k").isInteger() && !quantity("1Ei").isInteger()',
    'quantity("1.5Ki").asApproximateFloat() == 1536.0 && sign(quantity("-5")) == -1',
    'quantity("50k").add(quantity("20k")) == quantity("70k") && quantity("50k").add(20).asInteger() == 50020',
    'quantity("500m").sub(-9223372036854775808).isGreaterThan(quantity("9E"))',
    'quantity("1").sub(-9223372036854775808).isLessThan(quantity("-9E"))',
    'quantity("50k").sub(quantity("20k")) == quantity("30k") && quantity("1").sub(2) == quantity("-1")',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    [
      'quantity("10Mo") == quantity("1")',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ['quantity("1K") == quantity("1")', "unable to parse quantity's suffix"],
    ['quantity("500m").asInteger() == 0', 'cannot convert value to integer'],
    ['quantity("1") == amount', '== does not take kubernetes.Quantity, string'],
    ['isQuantity(long)', 'a quantity has at most 1000 characters'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { amount: '1', long: '1'.repeat(1001) } })).toBe(message);
  });

  test('of another order of magnitude costs its digits', () => {
    const condition = (exponent: number) => `quantity("1e${exponent}").add(quantity("1n")).isInteger()`;
    expect(conditionGives(condition(1000))).toBe(false);
    expect(conditionGives(condition(2_000_000_000))).toContain('costs more than');
  });
});

describe('a version', () => {
  test.each([
    'isSemver("1.2.3-rc.1+build") && !isSemver("v1.2.3") && !isSemver("1.2") && !isSemver("1.02.3")',
    'isSemver("v1.2", true) && isSemver("01.02.03", true) && !isSemver("1.2-rc1", true) && !isSemver("1.2", false)',
    'semver("1.2.3").isLessThan(semver("1.10.0")) && semver("1.0.0").isGreaterThan(semver("1.0.0-rc.1"))',
    'semver("1.0.0+a") == semver("1.0.0+b") && semver("1.0.0-2").compareTo(semver("1.0.0-10")) == -1',
    'semver("1.2.3").major() == 1 && semver("1.2.3").minor() == 2 && semver("1.2.3").patch() == 3',
    'semver("v1", true) == semver("1.0.0")',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['semver("v1.2.3").major() == 1', 'Invalid character(s) found in major number'],
    ['semver("1.2").major() == 1', 'No Major.Minor.Patch elements found'],
    ['semver("1-rc", true).major() == 1', 'short version cannot contain PreRelease/Build meta data'],
    ['semver("18446744073709551615.0.0").major() < 0', 'major() is out of the range of int'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition)).toBe(message);
  });
});

describe('math', () => {
  test.each([
    'math.greatest(1, 2) == 2 && math.greatest([1, 3, 2]) == 3 && math.greatest(1, 2.5, 3u) == 3u && math.greatest(5) == 5',
    'math.least(1, 2) == 1 && math.least([1.5, -1.0]) == -1.0 && math.least(1, 0.5) == 0.5',
    'math.ceil(1.2) == 2.0 && math.floor(-1.2) == -2.0 && math.trunc(-1.9) == -1.0',
    'math.round(0.5) == 1.0 && math.round(-0.5) == -1.0 && math.round(2.4) == 2.0',
    'math.abs(-5) == 5 && math.abs(-1.5) == 1.5 && math.abs(1u) == 1u',
    'math.sign(-5) == -1 && math.sign(0.0) == 0.0 && math.sign(3u) == 1u',
    'math.isNaN(0.0 / 0.0) && math.isInf(1.0 / 0.0) && math.isFinite(1.5) && !math.isFinite(1.0 / 0.0)',
    'math.sqrt(81) == 9.0 && math.sqrt(2.25) == 1.5 && math.isNaN(math.sqrt(-15))',
    'math.bitAnd(3, 5) == 1 && math.bitOr(1u, 4u) == 5u && math.bitXor(3, 5) == 6 && math.bitNot(1) == -2',
    'math.bitNot(0u) == 18446744073709551615u && math.bitShiftLeft(1, 3) == 8 && math.bitShiftLeft(1, 64) == 0',
    'math.bitShiftRight(16, 2) == 4 && math.bitShiftRight(-1, 1) == 9223372036854775807 && math.bitShiftRight(8u, 1) == 4u',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['math.greatest(amount, limit) > 1', 'greatest() does not take double, string'],
    ['math.least([]) == 1', 'math.least() takes numbers, or a list of them that is not empty'],
    ['math.abs(-9223372036854775808) > 0', 'integer overflow'],
    ['math.bitShiftLeft(1, -1) == 0', 'math.bitShiftLeft() negative offset: -1'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { amount: 1, limit: '2' } })).toBe(message);
  });
});

describe('base64', () => {
  test.each([
    'base64.encode(b"hello") == "aGVsbG8=" && base64.decode("aGVsbG8=") == b"hello"',
    'base64.decode("aGVsbG8") == b"hello" && base64.decode("") == b""',
    'string(base64.decode("w6Q=")) == "ä"',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each(['a', 'a===', 'aG Vs', '-_-_', 'aGVsbG8=='])('%j is none', (text) => {
    expect(conditionGives('base64.decode(text) == b""', { context: { text } })).toBe('illegal base64 data');
  });
});

describe('a named format', () => {
  test.each([
    '!format.dns1123Label().validate("my-label").hasValue() && format.dns1123Label().validate("My").hasValue()',
    'format.dns1123Label().validate("a.b").value() == ["must not contain dots"]',
    'format.dns1123LabelPrefix().validate("my-") == optional.none()',
    'format.dns1123Subdomain().validate("a.example.com") == optional.none()',
    'format.dns1035Label().validate("0a").hasValue() && format.labelValue().validate("") == optional.none()',
    'format.qualifiedName().validate("example.com/name") == optional.none()',
    'format.qualifiedName().validate("/name").value() == ["prefix part must be non-empty"]',
    'format.uri().validate("example.com").value() == ["invalid URI for request"]',
    'format.uuid().validate("550e8400-e29b-41d4-a716-446655440000") == optional.none()',
    'format.date().validate("2026-02-30").value() == ["invalid date"]',
    'format.datetime().validate("2026-02-01T10:00:00Z") == optional.none()',
    'format.byte().validate("aGVsbG8=") == optional.none()',
    'format.named("nope") == optional.none() && format.named("date").value() == format.date()',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });
});
