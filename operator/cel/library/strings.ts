import { CelError } from '../errors.ts';
import type { Library } from '../library.ts';

/** Strings, as cel-go's extension has them. Positions count code points. */
export const STRINGS: Library = {
  'string.charAt(int): string': (meter, text: string, index: bigint) => {
    meter.spendText(text.length);
    const characters = Array.from(text);
    if (index < 0n || index > characters.length) return outOfRange();
    return characters[Number(index)] ?? '';
  },
};

function outOfRange(): CelError {
  return new CelError('index_out_of_range', 'the index is out of the range of the string');
}
