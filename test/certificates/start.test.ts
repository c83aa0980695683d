import { expect, it } from 'vitest';
import { authority, DAY_MS, dataOf, serving } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { SHOP, withCertificates } from './environment.ts';
import { Load } from './load.ts';

const environment = withCertificates();

it('makes one certificate of three processes that start at once on nothing, and the API server trusts it', async () => {
  expect(await environment().secret()).toBeUndefined();
  await environment().replicate(3);
  const { authorities, certificate } = await environment().stored();
  expect(authorities).toHaveLength(1);
  expect(certificate).toBeDefined();
  expect(await environment().trusted()).toEqual([authorities, authorities]);
  const asked = await environment().ask();
  expect(asked).toMatchObject({
    spec: { requester: { username: `system:serviceaccount:${SHOP}:refund-bot` } },
  });
});

const NOTHING = { settling: 2_000, holding: 2_000 };

/** Ends all processes, stores these data as the Secret, and starts two processes at once. */
async function beginWith(data: Record<string, string>): Promise<void> {
  await environment().empty();
  await environment().change({ data });
  await environment().replicate(2, NOTHING);
}

it('makes a new certificate where the one that it finds at the start has ended, by the same authority', async () => {
  const signer = await authority(new Date());
  const ended = await serving(signer, new Date(Date.now() - 91 * DAY_MS));
  await beginWith(dataOf([signer], ended));
  const { authorities, certificate } = await environment().stored();
  expect(authorities).toEqual([signer.certificate.fingerprint256]);
  expect(certificate).not.toBe(ended.certificate.fingerprint256);
  expect(await environment().shown()).toEqual([certificate]);
  await environment().ask();
});

it('begins anew where the authority has ended too', async () => {
  const long = new Date(Date.now() - 3651 * DAY_MS);
  const signer = await authority(long);
  await beginWith(dataOf([signer], await serving(signer, long)));
  expect((await environment().stored()).authorities).not.toContain(signer.certificate.fingerprint256);
  await environment().ask();
});

it("serves what an administrator's own authority has signed", async () => {
  const signer = await authority(new Date());
  const own = await serving(signer, new Date());
  await beginWith(dataOf([signer], own));
  expect(await environment().shown()).toEqual([own.certificate.fingerprint256]);
  await environment().ask();
});

it('makes another certificate where the one that it finds is for another Service', async () => {
  const signer = await authority(new Date());
  await beginWith(dataOf([signer], await serving(signer, new Date(), ['other.approvalgate.svc'])));
  await environment().ask();
});

it.each([-120, 400])('reckons by the API server where its own clock is %i days ahead', async (days) => {
  await environment().empty();
  await environment().deleteSecret();
  await environment().replicate(2, NOTHING, days * DAY_MS);
  await environment().ask();
});

it('renews again and again what lives shortly, while agents ask', async () => {
  await environment().empty();
  const lifetimes = { ...NOTHING, certificate: 12_000, certificateRenewal: 8_000 };
  await environment().replicate(3, lifetimes);
  const load = Load.begin(environment());
  await environment().change({ metadata: { annotations: { 'approvalgate.dev/renew': 'certificate' } } });
  const seen = new Set<string>();
  await eventually('five certificates', async () => {
    for (const each of await environment().shown()) seen.add(each);
    return seen.size > 5 || undefined;
  });
  const { refused, distrusted } = await load.end();
  expect(refused).toEqual([]);
  expect(distrusted).toEqual([]);
});
