/** Kubernetes' `MicroTime`, as Leases and Events have it: exactly six digits of a second; a `Date` has three. */
export function microTime(instant: Date): string {
  return instant.toISOString().replace('Z', '000Z');
}
