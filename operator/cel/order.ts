/** -1, 0 or 1. Not for NaN. */
export function order<T extends number | bigint | string>(left: T, right: T): -1 | 0 | 1 {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
