import type { X509Certificate } from 'node:crypto';
import { REGISTRATION_TYPES } from '../../crds/names.ts';
import { unfitness } from './material.ts';
import { bundlesOf, REGISTRATION, type Registration } from './registrations.ts';
import { authoritiesAt, isSignedBy } from './x509.ts';

/**
 * Sentences on why the API server would refuse a webhook that shows this certificate at `now`.
 * `registrations` are in the order of `REGISTRATION_TYPES`.
 */
export function distrust(
  shown: X509Certificate,
  registrations: readonly (Registration | undefined)[],
  hosts: readonly string[],
  now: Date,
): string[] {
  const unfit = unfitness(shown, hosts, now);
  const unregistered = REGISTRATION_TYPES.flatMap(({ kind }, at) => {
    const registration = registrations[at];
    if (registration === undefined) return [`there is no ${kind} ${REGISTRATION}`];
    const isTrusted = bundlesOf(registration).every((held) =>
      authoritiesAt(held, now).some((authority) => isSignedBy(shown, authority)),
    );
    return isTrusted ? [] : [`${kind} ${REGISTRATION} does not trust the webhook's certificate`];
  });
  return [...(unfit ? [unfit] : []), ...unregistered];
}
