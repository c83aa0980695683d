import { describe, expect, it } from 'vitest';
import { asciiLower, asciiUpper, formatMoney, formatNumber, strictTimestamp } from './functions.ts';

describe('formatNumber', () => {
  it.each([
    [5247, '5,247'],
    [0.1, '0.1'],
    [-1234.5, '-1,234.5'],
    [9007199254740993n, '9,007,199,254,740,993'],
    ['1234567.10', '1,234,567.1'],
    ['9007199254740993.000000000000000001', '9,007,199,254,740,993.000000000000000001'],
  ])('words %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [null],
    [true],
    ['12 dollars'],
    ['1e9'],
    [''],
    ['9'.repeat(101)],
    [new Map()],
  ])('refuses %s', (value) => {
    expect(() => formatNumber(value)).toThrow('takes a number, or a decimal as a string');
  });
});

describe('formatMoney', () => {
  it.each([
    [15.741, 'USD', '$15.74'],
    [0.125, 'USD', '$0.13'],
    [1234567n, 'EUR', '€1,234,567.00'],
    [1500, 'JPY', '¥1,500'],
    ['-12.345', 'USD', '-$12.35'],
  ])('words %s %s as %s', (value, currency, text) => {
    expect(formatMoney(value, currency)).toBe(text);
  });

  it.each([['usd'], ['US'], ['XYZ'], [''], ['__proto__'], ['USD; DROP']])(
    'refuses the currency "%s"',
    (currency) => {
      expect(() => formatMoney(1, currency)).toThrow('takes a currency of ISO 4217');
    },
  );
});

describe('timestamp', () => {
  it.each([
    ['2026-11-02T10:00:00Z', '2026-11-02T10:00:00.000Z'],
    ['2026-11-02t10:00:00z', '2026-11-02T10:00:00.000Z'],
    ['2026-11-02T10:00:00.5+02:00', '2026-11-02T08:00:00.500Z'],
    ['2024-02-29T23:59:59-01:00', '2024-03-01T00:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('takes %s', (text, iso) => {
    expect(strictTimestamp(text).toISOString()).toBe(iso);
  });

  it.each([
    ['a date alone', '2026-11-02'],
    ['no zone', '2026-11-02T10:00:00'],
    ['a day the month lacks', '2026-02-29T10:00:00Z'],
    ['the month 13', '2026-13-01T10:00:00Z'],
    ['the day 0', '2026-01-00T10:00:00Z'],
    ['the hour 24', '2026-01-01T24:00:00Z'],
    ['the second 60', '2026-01-01T10:00:60Z'],
    ['an e-mail date', 'Mon, 02 Nov 2026 10:00:00 GMT'],
    ['a number', '1793613600'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['words after it', '2026-11-02T10:00:00Z or so'],
    ['digits of another script', '２０２６-11-02T10:00:00Z'],
  ])('refuses %s', (_, text) => {
    expect(() => strictTimestamp(text)).toThrow('RFC 3339');
  });
});

describe('ASCII case', () => {
  it('leaves everything but A to Z and a to z as it is', () => {
    expect(asciiLower('ÄBC İK')).toBe('Äbc İk'.replace('K', 'k'));
    expect(asciiUpper('äbc ßı')).toBe('äBC ßı');
  });
});
