import { describe, expect, test } from 'vitest';
import { fixed, grouped, scientific } from './decimal.ts';
import { quote } from './quote.ts';

describe('a double', () => {
  test.each([
    [2.675, 2, '2.67'],
    [0.125, 2, '0.12'],
    [0.375, 2, '0.38'],
    [0.005, 2, '0.01'],
    [0.015, 2, '0.01'],
    [2.5, 0, '2'],
    [-0.5, 0, '-0'],
    [-0, 1, '-0.0'],
    [-0.001, 2, '-0.00'],
    [999.95, 1, '1000.0'],
    [0.1, 20, '0.10000000000000000555'],
    [1.5, 30, '1.500000000000000000000000000000'],
    [5e-324, 3, '0.000'],
    [1e23, 1, '99999999999999991611392.0'],
  ])('%s to %s digits is %s', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  test.each([
    [0, 2, '0.00'],
    [-0, 2, '0.00'],
    [999, 0, '999'],
    [1234567.891, 2, '1,234,567.89'],
    [-1234.5, 3, '-1,234.500'],
    [123456, 0, '123,456'],
    [1e23, 0, '99,999,999,999,999,991,611,392'],
  ])('%s to %s digits in groups is %s', (value, digits, text) => {
    expect(grouped(value, digits)).toBe(text);
  });

  test.each([
    [0, '0.000000×10⁰⁰'],
    [1, '1.000000×10⁰⁰'],
    [-12345.678, '-1.234568×10⁰⁴'],
    [1e-100, '1.000000×10⁻¹⁰⁰'],
    [5e-324, '4.940656×10⁻³²⁴'],
    [9.9999995, '9.999999×10⁰⁰'],
    [9.9999996, '1.000000×10⁰¹'],
    [0.99999999, '1.000000×10⁰⁰'],
    [1.2345665, '1.234566×10⁰⁰'],
    [123456.25, '1.234562×10⁰⁵'],
    [1.7976931348623157e308, '1.797693×10³⁰⁸'],
  ])('%s is %s', (value, text) => {
    expect(scientific(value)).toBe(text);
  });

  test('has all its digits and no zeros behind them that Go would leave out', () => {
    expect(grouped(5e-324, 1100)).toMatch(/^0\.0{323}4940.*[1-9]$/);
    expect(grouped(1.5, 255)).toBe(`1.5${'0'.repeat(254)}`);
    expect(grouped(1.5, 2000)).toHaveLength(210);
    expect(grouped(1, 256)).toBe('1');
  });
});

describe('a quoted text', () => {
  test.each([
    ['a"b\\c\n', '"a\\"b\\\\c\\n"'],
    ['ä😀\x01\u00ad', '"ä😀\\x01\\u00ad"'],
    [
      '\u2028\ue000\u{10ffff}\u0378 \u00a0\u200b\ufeff',
      '"\\u2028\\ue000\\U0010ffff\\u0378 \\u00a0\\u200b\\ufeff"',
    ],
    ['\x7f', '"\\x7f"'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});
