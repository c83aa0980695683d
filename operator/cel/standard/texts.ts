import type { Meter } from '../cost.ts';
import type { Library } from '../signatures.ts';
import { sizeOf } from '../text.ts';
import type { CelMap, List } from '../values.ts';

const sizeOfText = (meter: Meter, text: string): bigint => {
  meter.spendText(text.length);
  return BigInt(sizeOf(text));
};
const sizeOfBytes = (_meter: Meter, bytes: Uint8Array): bigint => BigInt(bytes.length);
const sizeOfList = (_meter: Meter, list: List): bigint => BigInt(list.length);
const sizeOfMap = (_meter: Meter, map: CelMap): bigint => BigInt(map.size);

/** Sizes, and what one text has of another. */
export const TEXTS: Library = {
  'size(string): int': sizeOfText,
  'size(bytes): int': sizeOfBytes,
  'size(list): int': sizeOfList,
  'size(map): int': sizeOfMap,
  'string.size(): int': sizeOfText,
  'bytes.size(): int': sizeOfBytes,
  'list.size(): int': sizeOfList,
  'map.size(): int': sizeOfMap,
  'string.startsWith(string): bool': (meter, text: string, prefix: string) => {
    meter.spendText(prefix.length);
    return text.startsWith(prefix);
  },
  'string.endsWith(string): bool': (meter, text: string, suffix: string) => {
    meter.spendText(suffix.length);
    return text.endsWith(suffix);
  },
  'string.contains(string): bool': (meter, text: string, part: string) => {
    meter.spend(Math.ceil(text.length / 10) * Math.ceil(part.length / 10));
    return text.includes(part);
  },
};
