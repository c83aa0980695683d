import type { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { authority, DAY_MS, HOSTS, later, NOW, serving } from '../../test/support/certificates.ts';
import type { Registration } from './registrations.ts';
import { distrust } from './trust.ts';
import { pemOf } from './x509.ts';

const [signer, stranger] = [await authority(), await authority()];
const { certificate } = await serving(signer);

/** With one webhook for each bundle. */
function registration(...bundles: (readonly X509Certificate[])[]): Registration {
  return {
    metadata: { name: 'approvalgate' },
    webhooks: bundles.map((bundle) => ({
      name: 'x',
      clientConfig: { caBundle: Buffer.from(pemOf(bundle)).toString('base64') },
    })),
  };
}

const SIGNER = signer.certificate;
const STRANGER = stranger.certificate;
const good = registration([SIGNER]);

it.each<[string, (Registration | undefined)[], string[]]>([
  ['trusts one of several authorities', [registration([STRANGER, SIGNER], [SIGNER]), good], []],
  ['has no webhook', [registration(), good], []],
  [
    'trusts nobody',
    [registration([]), good],
    ["MutatingWebhookConfiguration approvalgate does not trust the webhook's certificate"],
  ],
  [
    'trusts another',
    [good, registration([SIGNER], [STRANGER])],
    ["ValidatingWebhookConfiguration approvalgate does not trust the webhook's certificate"],
  ],
  [
    'trusts the certificate itself, which is no authority',
    [registration([certificate]), good],
    ["MutatingWebhookConfiguration approvalgate does not trust the webhook's certificate"],
  ],
  ['is missing', [undefined, good], ['there is no MutatingWebhookConfiguration approvalgate']],
])('says of a configuration that %s what the API server would', (_, registrations, said) => {
  expect(distrust(certificate, registrations, HOSTS, NOW)).toEqual(said);
});

it('says of a certificate that it has ended, and of an authority', () => {
  expect(distrust(certificate, [good, good], HOSTS, later(90 * DAY_MS))).toEqual([
    'the certificate is valid from 2026-02-28T12:00:00.000Z to 2026-05-30T12:00:00.000Z alone',
  ]);
  expect(distrust(certificate, [good, good], HOSTS, later(3650 * DAY_MS))).toHaveLength(3);
});

it('says of a certificate that it is for another name', () => {
  expect(distrust(certificate, [good, good], ['other.approvalgate.svc'], NOW)).toEqual([
    'the certificate is not for other.approvalgate.svc',
  ]);
});
