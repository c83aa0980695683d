/**
 * Whether one version of the store comes before another. Unlike other parts of an object they may be compared: as whole
 * numbers, of any size. What is none is not compared. Source: KEP-5504, Comparable Resource Version.
 */
export function isOlder(version: string, than: string): boolean {
  const whole = /^\d+$/;
  return whole.test(version) && whole.test(than) && BigInt(version) < BigInt(than);
}
