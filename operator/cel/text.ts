/** CEL counts code points; JavaScript counts UTF-16 units. */

const SURROGATE = /[\ud800-\udfff]/;

/** Whether units and code points are the same, so that positions need no translation. */
export function hasNoSurrogates(text: string): boolean {
  return !SURROGATE.test(text);
}

export function sizeOf(text: string): number {
  if (hasNoSurrogates(text)) return text.length;
  let size = 0;
  for (const _ of text) size += 1;
  return size;
}

/** The text between two positions in code points, which are in range. */
export function slice(text: string, from: number, to: number): string {
  if (hasNoSurrogates(text)) return text.slice(from, to);
  const start = unitAt(text, 0, from);
  return text.slice(start, unitAt(text, start, to - from));
}

/** The unit that stands so many code points behind another. */
function unitAt(text: string, from: number, points: number): number {
  let unit = from;
  for (let left = points; left > 0; left -= 1) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}

/** By code points, as UTF-8 orders bytes; JavaScript's own order puts U+FFFF after U+10000. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
