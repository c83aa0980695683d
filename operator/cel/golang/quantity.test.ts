import { describe, expect, test } from 'vitest';
import {
  add,
  asApproximateFloat,
  asInteger,
  compareQuantities,
  parseQuantity,
  quantityOf,
  signOf,
  subtract,
} from './quantity.ts';

function quantity(text: string) {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return parsed.quantity;
}

describe('a quantity', () => {
  test.each([
    ['0', 0n],
    ['50', 50n],
    ['+50', 50n],
    ['-50k', -50_000n],
    ['007', 7n],
    ['1.5k', 1500n],
    ['50000e-3', undefined],
    ['12e6', 12_000_000n],
    ['12E6', 12_000_000n],
    ['2Gi', 2_147_483_648n],
    ['1.5Gi', undefined],
    ['1Ei', undefined],
    ['1E', 10n ** 18n],
    ['9223372036854775807', undefined],
    ['1e4294967296', 1n],
    [`1e${'0'.repeat(70)}2`, 100n],
    ['k', 0n],
    ['-', 0n],
    ['.', 0n],
    ['Ki', 0n],
    ['1.', 1n],
  ])('%s is the integer %s', (text, integer) => {
    expect(asInteger(quantity(text))).toBe(integer);
  });

  test.each([
    ['', 'quantities must match the regular expression'],
    ['1 Gi', 'quantities must match the regular expression'],
    ['1,5', 'quantities must match the regular expression'],
    ['1.2.3', 'quantities must match the regular expression'],
    ['1Gi\n', 'quantities must match the regular expression'],
    ['1kB', 'quantities must match the regular expression'],
    ['1K', "unable to parse quantity's suffix"],
    ['1ki', "unable to parse quantity's suffix"],
    ['1i', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
    ['1ee5', "unable to parse quantity's suffix"],
    ['--1', "unable to parse quantity's suffix"],
    ['1+5', "unable to parse quantity's suffix"],
    ['1e9223372036854775808', "unable to parse quantity's suffix"],
    ['Pi', 'unable to parse numeric part of quantity'],
    ['e-10', 'unable to parse numeric part of quantity'],
  ])('%j is none', (text, message) => {
    expect(parseQuantity(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  test.each([
    ['1000m', '1', 0],
    ['1Gi', '1G', 1],
    ['1Ki', '1024', 0],
    ['0.1m', '100u', 0],
    ['1e-10', '1n', 0],
    ['-1e-10', '-1n', 0],
    ['-1', '-1.5', 1],
    ['9Ei', '9223372036854775807', 0],
    ['-9Ei', '-9223372036854775807', 0],
    ['10E', '9Ei', 1],
    ['0', '0Ki', 0],
    ['1e1000000', '2e999999', 1],
    ['-1e1000000', '1n', -1],
    ['1e2000000000', '1e2000000000', 0],
    ['1.0000000001', '1', 1],
    ['12345678901234567890.5', '12345678901234567890500m', 0],
  ])('%s beside %s', (left, right, order) => {
    expect(compareQuantities(quantity(left), quantity(right))).toBe(order);
    expect(compareQuantities(quantity(right), quantity(left)) + order).toBe(0);
  });

  test('is added and subtracted exactly', () => {
    const same = (sum: ReturnType<typeof add>, text: string) => compareQuantities(sum, quantity(text)) === 0;
    expect(same(add(quantity('1Gi'), quantity('512Mi')), '1.5Gi')).toBe(true);
    expect(same(add(quantity('250m'), quantity('1')), '1250m')).toBe(true);
    expect(same(subtract(quantity('1'), quantity('1n')), '999999999n')).toBe(true);
    expect(same(add(quantity('1'), quantityOf(-3n)), '-2')).toBe(true);
  });

  test('is an integer after addition as long as it fits one of 64 bits', () => {
    const large = quantityOf(2n ** 63n - 1n);
    expect(asInteger(add(large, quantityOf(0n)))).toBe(2n ** 63n - 1n);
    expect(asInteger(add(large, quantityOf(1n)))).toBeUndefined();
    expect(asInteger(add(quantity('1'), quantity('1n')))).toBeUndefined();
    expect(asInteger(subtract(quantityOf(0n), quantityOf(-(2n ** 63n))))).toBe(-(2n ** 63n));
  });

  test.each([
    ['1.5Gi', 1_610_612_736],
    ['250m', 0.25],
    ['1e33', 1.0000000000000001e33],
    ['1e309', Number.POSITIVE_INFINITY],
    ['-1e2000000000', Number.NEGATIVE_INFINITY],
    ['12345678901234567890', 1.234567890123457e19],
  ])('%s is about %s', (text, float) => {
    expect(asApproximateFloat(quantity(text))).toBe(float);
  });

  test.each(['0', '1', '0.1', '1e', '+', '.'])(
    'of a thousand times %s and then nonsense is refused in no time',
    (part) => {
      const text = `${part.repeat(1000 / part.length)}!`;
      const begun = performance.now();
      for (let i = 0; i < 20; i += 1) expect(parseQuantity(text).ok).toBe(false);
      // It took 9 s for zeros; what it takes now is a hundred times below this.
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );

  test('has a sign', () => {
    expect(['-1n', '0', '1n'].map((text) => signOf(quantity(text)))).toEqual([-1, 0, 1]);
  });
});
