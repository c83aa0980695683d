import { CelError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';
import type { Value } from '../values.ts';
import { Uint } from '../values.ts';

/** What writing a number costs: it takes some twenty times as long as a step. */
const FORMAT_COST = 20;

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });
const currencies = new Map<string, Intl.NumberFormat>();

/** Words for people: `5247` gives `5,247`, and `15.741, "USD"` gives `$15.74`, as the currency (ISO 4217) rounds. */
export const MONEY: Library = {
  'formatNumber(dyn): string': (meter, value: Value) => {
    meter.spend(FORMAT_COST);
    return formatted(numbers, value);
  },
  'formatMoney(dyn, string): string': (meter, value: Value, currency: string) => {
    meter.spend(FORMAT_COST);
    const format = currencyFormat(currency);
    if (format !== undefined) return formatted(format, value);
    return new CelError('currency', 'formatMoney takes a currency of ISO 4217, e.g. "USD"');
  },
};

/** Kept: there are three hundred currencies at most. */
function currencyFormat(currency: string): Intl.NumberFormat | undefined {
  const known = currencies.get(currency);
  if (known !== undefined) return known;
  if (!Intl.supportedValuesOf('currency').includes(currency)) return undefined;
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  currencies.set(currency, format);
  return format;
}

/** A decimal of a string is handed on as it is: Intl formats decimals of any length exactly. */
function formatted(format: Intl.NumberFormat, value: Value): Result {
  if (typeof value === 'bigint') return format.format(value);
  if (value instanceof Uint) return format.format(value.value);
  if (typeof value === 'number' && Number.isFinite(value)) return format.format(value);
  if (typeof value === 'string' && /^-?\d{1,100}(\.\d{1,100})?$/.test(value)) {
    return format.format(value as Intl.StringNumericLiteral);
  }
  return new CelError('no_number', 'takes a number, or a decimal as a string');
}
