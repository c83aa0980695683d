import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';

/** The standard alphabet, with its padding or without. Go skips line breaks; whatever else is no base64. */
function decode(meter: Meter, text: string): Result {
  meter.spendText(text.length);
  const digits = text.replace(/[\r\n]+/g, '');
  const padded = /^[A-Za-z0-9+/]*(={0,2})$/.exec(digits);
  const length = digits.length - (padded?.[1]?.length ?? 0);
  const complete = digits.length === length ? length % 4 !== 1 : digits.length % 4 === 0;
  if (padded === null || !complete) return new CelError('base64', 'illegal base64 data');
  return Buffer.from(digits, 'base64');
}

/** Base64, as cel-go's extension has it. Kubernetes' environment is without it. */
export const ENCODERS: Library = {
  'base64.decode(string): bytes': decode,
  'base64.encode(bytes): string': (meter, bytes: Uint8Array) => {
    meter.spendText(bytes.length);
    return Buffer.from(bytes).toString('base64');
  },
};
