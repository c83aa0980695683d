import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { NAMESPACE } from '../support/release.ts';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed, type World } from '../support/world.ts';

const SECRET = ['secret', 'approvalgate-webhook', '-n', NAMESPACE];

test(
  'certificate and authority are renewed: the API server trusts the webhook all the while',
  async () => {
    const world = await installed();
    const before = await served(world);
    await underLoad(world, { name: 'certificate, then authority renewed' }, async () => {
      const { serialNumber } = await renewed(world, 'certificate', before);
      expect(serialNumber).not.toBe(before.serialNumber);
      const after = await renewed(world, 'authority', await served(world));
      expect(after.issuerCertificateOf).not.toBe(before.issuerCertificateOf);
    });
  },
  SCENARIO_MS,
);

interface Served {
  readonly serialNumber: string;
  /** Tells authorities of the same name apart. */
  readonly issuerCertificateOf: string;
}

/** What stands in the Secret, from which every operator serves. */
async function served({ node: { cluster } }: World): Promise<Served> {
  const found = await cluster.mustKubectl(['get', ...SECRET, '-o', 'json']);
  const { data } = JSON.parse(found) as { data: Record<string, string> };
  const { serialNumber } = new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64'));
  return { serialNumber, issuerCertificateOf: data['ca.key'] ?? '' };
}

/** Asks for it as an administrator does; resolves when another certificate is there. */
async function renewed(world: World, what: string, before: Served): Promise<Served> {
  await world.node.cluster.mustKubectl(['annotate', ...SECRET, `approvalgate.dev/renew=${what}`]);
  return eventually(
    `the ${what} is renewed`,
    async () => {
      const now = await served(world);
      return now.serialNumber === before.serialNumber ? undefined : now;
    },
    180_000,
  );
}
