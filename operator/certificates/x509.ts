import { createPrivateKey, X509Certificate } from 'node:crypto';

/** More than we ever write; others may have written anything. */
const MOST_CERTIFICATES = 16;

/** The certificates of a PEM text in their order; what cannot be read is left out. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.slice(0, MOST_CERTIFICATES).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map(String).join('');
}

export function isSame(a: X509Certificate, b: X509Certificate): boolean {
  return a.fingerprint256 === b.fingerprint256;
}

export function includes(list: readonly X509Certificate[], certificate: X509Certificate): boolean {
  return list.some((each) => isSame(each, certificate));
}

/** Without those that come a second time. */
export function distinct(list: readonly X509Certificate[]): X509Certificate[] {
  return list.filter((each, at) => !includes(list.slice(0, at), each));
}

export function isValidAt({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now < validToDate;
}

/** Authorities that can be trusted at `now`. */
export function authoritiesAt(certificates: readonly X509Certificate[], now: Date): X509Certificate[] {
  return distinct(certificates.filter((each) => each.ca && isValidAt(each, now)));
}

/** Whether that one has signed this one. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Whether the PEM text is the private key of the certificate. */
export function fits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
