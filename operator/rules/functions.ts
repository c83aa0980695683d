/** Thrown by our functions; the engine adds the place. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });
const currencies = new Map<string, Intl.NumberFormat>();

/** `5247` gives `5,247`. Takes numbers, and decimals that travel as strings to stay exact. */
export function formatNumber(value: unknown): string {
  return numbers.format(decimal(value));
}

/** `15.741, "USD"` gives `$15.74`: rounded to what the currency (ISO 4217) has, half away from zero. */
export function formatMoney(value: unknown, currency: string): string {
  return currencyFormat(currency).format(decimal(value));
}

function currencyFormat(currency: string): Intl.NumberFormat {
  const known = currencies.get(currency);
  if (known !== undefined) return known;
  if (!Intl.supportedValuesOf('currency').includes(currency)) {
    throw new FunctionError('formatMoney takes a currency of ISO 4217, e.g. "USD"');
  }
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  currencies.set(currency, format);
  return format;
}

/** A string is handed on as it is: Intl formats decimals of any length exactly. */
function decimal(value: unknown): number | bigint | Intl.StringNumericLiteral {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && /^-?\d{1,100}(\.\d{1,100})?$/.test(value)) {
    return value as Intl.StringNumericLiteral;
  }
  throw new FunctionError('takes a number, or a decimal as a string');
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Only what RFC 3339 allows, with a day that the month has. JavaScript takes far more, local times among it. */
export function strictTimestamp(text: string): Date {
  const [, year, month, day] = RFC3339.exec(text) ?? [];
  const date = new Date(text.toUpperCase());
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const valid = Number(day) >= 1 && Number(day) <= days && Number(month) >= 1 && Number(month) <= 12;
  if (!valid || Number.isNaN(date.getTime()) || Number(year) < 1) {
    throw new FunctionError('timestamp() takes a date and time of RFC 3339, e.g. "2026-11-02T10:00:00Z"');
  }
  return date;
}

/** Only A to Z; JavaScript's own would fold the whole of Unicode. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function asciiUpper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
