import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Lifetimes } from './lifetimes.ts';
import type { Pair } from './material.ts';

// Loaded by whoever issues, and by nobody at a start: the library takes 50 ms.

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const AUTHORITY_NAME = 'approvalgate-webhook-ca';

x509.cryptoProvider.set(crypto);

interface Issuing {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
}

/** An authority that signs itself. Each has a name of its own, so that clients never take one for another. */
export async function newAuthority({ now, lifetimes }: Issuing): Promise<Pair> {
  const keys = await newKeys();
  const keyId = await x509.SubjectKeyIdentifierExtension.create(keys.publicKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${AUTHORITY_NAME}-${keyId.keyId.slice(0, 8)}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(now, lifetimes.authority, lifetimes.backdated),
    extensions: [
      // It signs what is served, and no further authority.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      keyId,
    ],
  });
  return pairOf(certificate, keys);
}

/** What the webhook serves for these DNS names. */
export async function newCertificate(
  signer: Pair,
  hosts: readonly string[],
  { now, lifetimes }: Issuing,
): Promise<Pair> {
  const keys = await newKeys();
  const authority = new x509.X509Certificate(String(signer.certificate));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // A common name has 64 characters at most, and no client reads it.
    subject: 'CN=approvalgate-webhook',
    issuer: authority.subjectName,
    publicKey: keys.publicKey,
    signingKey: await privateKeyOf(signer.key),
    signingAlgorithm: ALGORITHM,
    ...validity(now, lifetimes.certificate, lifetimes.backdated),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return pairOf(certificate, keys);
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** The first bit is 0, so that it is positive: RFC 5280, 4.1.2.2. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(Buffer.alloc(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString('hex');
}

function validity(now: Date, ms: number, backdated: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - backdated), notAfter: new Date(now.getTime() + ms) };
}

async function pairOf(certificate: x509.X509Certificate, { privateKey }: CryptoKeyPair): Promise<Pair> {
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
  return { certificate: new X509Certificate(certificate.toString('pem')), key };
}

function privateKeyOf(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
