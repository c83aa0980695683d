import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { SECRETS } from '../../operator/certificates/secret.ts';
import { NAMESPACE } from '../support/chart.ts';
import { eventually } from '../support/eventually.ts';
import { SECRET, withCertificates } from './environment.ts';
import { Load } from './load.ts';

const environment = withCertificates();
const LIFETIMES = { settling: 2_000, holding: 2_000, overlap: 6_000 };
let load: Load;

beforeAll(async () => {
  await environment().replicate(3, LIFETIMES);
});

/** Agents ask all the time, whatever happens. */
beforeEach(async () => {
  load = Load.begin(environment());
});

afterEach(async () => {
  const { refused, distrusted } = await load.end();
  expect(refused).toEqual([]);
  expect(distrusted).toEqual([]);
});

const renew = (what: string) =>
  environment().change({ metadata: { annotations: { 'approvalgate.dev/renew': what } } });

/** Resolves when all is at rest: one authority, other than that one, which all trust and by which all serve. */
const settled = (other: string | undefined) =>
  eventually('another authority alone', async () => {
    const { authorities, certificate } = await environment().stored();
    const [newest = ''] = authorities;
    const isNew = authorities.length === 1 && newest !== other;
    const isTrusted = (await environment().trusted()).every((held) => held.join() === newest);
    const isServed = (await environment().shown()).join() === certificate;
    return isNew && isTrusted && isServed ? newest : undefined;
  });

it('gives all processes a new certificate when one is asked for', async () => {
  const before = await environment().stored();
  await renew('certificate');
  const after = await eventually('another certificate', async () => {
    const [shown, ...others] = await environment().shown();
    return others.length === 0 && shown !== before.certificate ? shown : undefined;
  });
  expect(await environment().stored()).toEqual({ ...before, certificate: after });
  expect((await environment().secret())?.metadata.annotations?.['approvalgate.dev/renew']).toBeUndefined();
});

it('brings a new authority, serves by it when it is trusted, and lets go of the old one at the end', async () => {
  const before = await environment().stored();
  await renew('authority');
  const both = await eventually('two authorities', async () => {
    const { authorities, certificate } = await environment().stored();
    return authorities.length === 2 ? { authorities, certificate } : undefined;
  });
  expect(both).toEqual({
    authorities: [both.authorities[0], before.authorities[0]],
    certificate: before.certificate,
  });
  await settled(before.authorities[0]);
});

it('makes a Secret anew that was deleted', async () => {
  const before = await environment().stored();
  await environment().deleteSecret();
  await settled(before.authorities[0]);
});

it.each([
  ['the key of the authority', { 'ca.key': 'bm8ga2V5' }],
  ['the authority', { 'ca.crt': 'bm8gY2VydGlmaWNhdGU=' }],
  ['everything', { 'ca.crt': 'AA==', 'ca.key': 'AA==', 'tls.crt': 'AA==', 'tls.key': 'AA==' }],
])('mends a Secret of which somebody damaged %s', async (_, data) => {
  const before = await environment().stored();
  await environment().change({ data });
  await settled(before.authorities[0]);
});

it('makes another certificate where somebody damaged that alone', async () => {
  const before = await environment().stored();
  await environment().change({ data: { 'tls.key': 'bm8ga2V5' } });
  await eventually('another certificate', async () => {
    const { authorities, certificate } = await environment().stored();
    const isMended = certificate !== before.certificate && authorities.join() === before.authorities.join();
    return isMended && (await environment().shown()).join() === certificate ? true : undefined;
  });
});

it('bears that an older Secret is put back, whose authority nobody trusts any more', async () => {
  const older = await environment().admin.get<{ data: object }>(SECRETS, {
    namespace: NAMESPACE,
    name: SECRET,
  });
  const before = await environment().stored();
  await renew('authority');
  await settled(before.authorities[0]);
  await environment().change({ data: older?.data });
  await eventually('the older authority alone', async () => {
    const { authorities, certificate } = await environment().stored();
    const all = [authorities, ...(await environment().trusted())];
    const isTrusted = all.every((list) => list.join() === before.authorities.join());
    return isTrusted && (await environment().shown()).join() === certificate ? true : undefined;
  });
});

it('says of what it mends, in Events and metrics, and never a word of a key', async () => {
  const args = [
    'get',
    'events',
    '-n',
    NAMESPACE,
    '-o',
    'jsonpath={range .items[*]}{.type} {.reason}: {.message}{"\\n"}{end}',
  ];
  const events = await environment().plane.mustKubectl(args);
  expect(events).toContain('Normal CertificateIssued: the webhook has a new certificate: it was asked for');
  expect(events).toContain('Normal AuthorityIssued: the webhook has a new authority: there was no Secret');
  expect(events).toContain(
    'Warning AuthorityIssued: the webhook has a new authority: ca.key is not the key of the authority',
  );
  expect(events).toContain(
    'Warning CertificateIssued: the webhook has a new certificate: tls.key is not the key of tls.crt',
  );
  const logs = await environment().logs();
  expect(logs).toContain('tls.key is not the key of tls.crt');
  expect(logs + events).not.toContain('PRIVATE');
  const metrics = await Promise.all(environment().replicas.map(({ process }) => process.metrics()));
  const sum = (name: string) => metrics.reduce((total, metric) => total + (metric(name) ?? 0), 0);
  expect(sum('approvalgate_webhook_certificates_issued_total{issued="Certificate",cause="Damaged"}')).toBe(1);
  expect(sum('approvalgate_webhook_certificates_issued_total{issued="Authority",cause="Damaged"}')).toBe(3);
  for (const metric of metrics) {
    const days =
      ((metric('approvalgate_webhook_certificate_expiration_timestamp_seconds') ?? 0) - Date.now() / 1000) /
      86_400;
    expect(days).toBeGreaterThan(89);
    const years =
      ((metric('approvalgate_webhook_authority_expiration_timestamp_seconds') ?? 0) - Date.now() / 1000) /
      86_400 /
      365;
    expect(years).toBeGreaterThan(9.9);
    expect(metric('certwatcher_read_certificate_total')).toBeGreaterThan(5);
  }
});
