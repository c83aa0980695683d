import { newAuthority, newCertificate } from '../../operator/certificates/issue.ts';
import { LIFETIMES } from '../../operator/certificates/lifetimes.ts';
import type { Pair, Serving } from '../../operator/certificates/material.ts';
import { pemOf } from '../../operator/certificates/x509.ts';

/** What tests of certificates are made of: of one instant, for one host. */
export const NOW = new Date('2026-03-01T12:00:00Z');
export const HOSTS = ['approvalgate.approvalgate.svc', 'approvalgate.approvalgate.svc.cluster.local'];
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function later(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

export function authority(now = NOW): Promise<Pair> {
  return newAuthority({ now, lifetimes: LIFETIMES });
}

export async function serving(signer: Pair, now = NOW, hosts: readonly string[] = HOSTS): Promise<Serving> {
  const pair = await newCertificate(signer, hosts, { now, lifetimes: LIFETIMES });
  return { ...pair, authority: signer.certificate };
}

/** A Secret's data; a part that is undefined is left out. */
export function dataOf(authorities: readonly Pair[], { certificate, key }: Pair): Record<string, string> {
  const texts = {
    'ca.crt': pemOf(authorities.map((each) => each.certificate)),
    'ca.key': authorities[0]?.key ?? '',
    'tls.crt': String(certificate),
    'tls.key': key,
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
  );
}
