import type { X509Certificate } from 'node:crypto';
import { authoritiesAt, certificatesOf, fits, isSignedBy, isValidAt } from './x509.ts';

/** A certificate with its private key, PEM. */
export interface Pair {
  readonly certificate: X509Certificate;
  readonly key: string;
}

/** What the webhook can serve, and who has signed it. */
export interface Serving extends Pair {
  readonly authority: X509Certificate;
}

/** What of the Secret can be used. */
export interface KeyMaterial {
  /** What the API server has to trust, the newest first. */
  readonly authorities: readonly X509Certificate[];
  /** The newest authority where its key is there: it signs. */
  readonly signer?: Pair;
  readonly serving?: Serving;
  /** Sentences on what cannot be used; they hold nothing of the Secret but dates. */
  readonly problems: readonly string[];
}

/** Keys of the Secret's data: those of a `kubernetes.io/tls` Secret, and the key of the authority. */
export const KEYS = {
  authorities: 'ca.crt',
  authorityKey: 'ca.key',
  certificate: 'tls.crt',
  key: 'tls.key',
} as const;

/**
 * Reads a Secret's data (base64) and proves each part: dates at `now`, keys, signatures, and that the certificate is for
 * all `hosts`. Anybody may have written it, so it never throws.
 */
export function readMaterial(
  data: Readonly<Record<string, string>>,
  hosts: readonly string[],
  now: Date,
): KeyMaterial {
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  const all = certificatesOf(text(KEYS.authorities));
  const authorities = authoritiesAt(all, now);
  const [newest] = authorities;
  const signer = newest && all[0] === newest && pairOf(newest, text(KEYS.authorityKey));
  const [certificate] = certificatesOf(text(KEYS.certificate));
  const read = certificate
    ? readServing({ certificate, key: text(KEYS.key) }, authorities, { hosts, now })
    : `${KEYS.certificate} holds no certificate`;
  return {
    authorities,
    ...(signer ? { signer } : {}),
    ...(typeof read === 'string' ? {} : { serving: read }),
    problems: [...(signer ? [] : [signerProblem(all[0], now)]), ...(typeof read === 'string' ? [read] : [])],
  };
}

function pairOf(certificate: X509Certificate, key: string): Pair | undefined {
  return fits(certificate, key) ? { certificate, key } : undefined;
}

function signerProblem(first: X509Certificate | undefined, now: Date): string {
  if (first === undefined) return `${KEYS.authorities} holds no certificate`;
  if (!first.ca) return `${KEYS.authorities} begins with a certificate that is no authority`;
  if (!isValidAt(first, now)) return `the authority is ${validityOf(first)}`;
  return `${KEYS.authorityKey} is not the key of the authority`;
}

/** What is wrong with it, where it cannot be served. */
function readServing(
  pair: Pair,
  authorities: readonly X509Certificate[],
  { hosts, now }: { readonly hosts: readonly string[]; readonly now: Date },
): Serving | string {
  const { certificate, key } = pair;
  if (!fits(certificate, key)) return `${KEYS.key} is not the key of ${KEYS.certificate}`;
  const wrong = unfitness(certificate, hosts, now);
  if (wrong !== undefined) return wrong;
  const authority = authorities.find((each) => isSignedBy(certificate, each));
  return authority
    ? { ...pair, authority }
    : `no authority of ${KEYS.authorities} has signed the certificate`;
}

/** Why a client that asks for one of the hosts at `now` would refuse it, whoever has signed it. */
export function unfitness(
  certificate: X509Certificate,
  hosts: readonly string[],
  now: Date,
): string | undefined {
  if (!isValidAt(certificate, now)) return `the certificate is ${validityOf(certificate)}`;
  const missing = hosts.find((host) => certificate.checkHost(host) === undefined);
  return missing && `the certificate is not for ${missing}`;
}

function validityOf({ validFromDate, validToDate }: X509Certificate): string {
  return `valid from ${validFromDate.toISOString()} to ${validToDate.toISOString()} alone`;
}
