import { beforeAll, expect, it } from 'vitest';
import { REGISTRATION_TYPES } from '../../crds/names.ts';
import { REGISTRATION } from '../../operator/certificates/registrations.ts';
import { authority } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { withCertificates } from './environment.ts';

const environment = withCertificates();
const LIFETIMES = { settling: 2_000, holding: 2_000, overlap: 4_000 };

beforeAll(async () => {
  await environment().replicate(2, LIFETIMES);
});

const kinds = REGISTRATION_TYPES.map(({ kind, plural }) => ({ kind, plural }));

async function overwrite(plural: string, caBundle: string | undefined): Promise<void> {
  const path = '/webhooks/0/clientConfig/caBundle';
  const change = caBundle === undefined ? { op: 'remove', path } : { op: 'replace', path, value: caBundle };
  const args = ['patch', plural, REGISTRATION, '--type=json', '-p', JSON.stringify([change])];
  await environment().plane.mustKubectl(args);
}

const bundleIsRight = () =>
  eventually('the bundle of the Secret', async () => {
    const { authorities } = await environment().stored();
    return (await environment().trusted()).every((held) => held.join() === authorities.join()) || undefined;
  });

/** Of all processes together. */
async function restored(kind: string): Promise<number> {
  const metrics = await Promise.all(environment().replicas.map(({ process }) => process.metrics()));
  const name = `approvalgate_webhook_bundles_restored_total{kind="${kind}"}`;
  return metrics.reduce((sum, metric) => sum + (metric(name) ?? 0), 0);
}

it.each(kinds)(
  'puts back what somebody did to the caBundle of a $kind, and counts it',
  async ({ kind, plural }) => {
    const stranger = Buffer.from(String((await authority(new Date())).certificate)).toString('base64');
    await eventually('a list that is known well', async () => {
      await overwrite(plural, stranger);
      await bundleIsRight();
      return (await environment().trusted()).flat().length === 2 || undefined;
    });
    const before = await restored(kind);
    await overwrite(plural, undefined);
    await bundleIsRight();
    await eventually('a count', async () => (await restored(kind)) === before + 1 || undefined);
    await environment().ask();
  },
);

it('sees no change where the chart is applied anew, and leaves the rest of a configuration alone', async () => {
  const before = await Promise.all(kinds.map(({ kind }) => restored(kind)));
  const input = await environment().registration({ webhook: { timeoutSeconds: 7 } });
  await environment().plane.mustKubectl(['apply', '--server-side', '-f', '-'], { input });
  await bundleIsRight();
  expect(await Promise.all(kinds.map(({ kind }) => restored(kind)))).toEqual(before);
  for (const { plural } of kinds) {
    const path = 'jsonpath={.webhooks[0].timeoutSeconds}';
    expect(await environment().plane.mustKubectl(['get', plural, REGISTRATION, '-o', path])).toBe('7');
  }
});

it('puts a bundle back where the whole configuration was replaced', async () => {
  const input = await environment().registration();
  await environment().plane.mustKubectl(['replace', '--force', '-f', '-'], { input });
  await bundleIsRight();
  await environment().ask();
});

it.each(kinds)('is not ready while there is no $kind, and says so', async ({ kind, plural }) => {
  const [replica] = environment().replicas;
  const readiness = () => replica?.process.get('/readyz');
  await environment().plane.mustKubectl(['delete', plural, REGISTRATION]);
  const answer = await eventually('not ready', async () => {
    const said = await readiness();
    return said?.status === 503 ? said.text : undefined;
  });
  expect(answer).toBe(`there is no ${kind} ${REGISTRATION}\n`);
  const input = await environment().registration();
  await environment().plane.mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    input,
  });
  await eventually('ready', async () => (await readiness())?.status === 200 || undefined);
});

it('goes on with a new authority when the API server is started anew meanwhile', async () => {
  const before = await environment().stored();
  await environment().change({ metadata: { annotations: { 'approvalgate.dev/renew': 'authority' } } });
  await eventually(
    'two authorities',
    async () => (await environment().stored()).authorities.length === 2 || undefined,
  );
  await environment().plane.restartApiServer();
  await eventually('the new one alone', async () => {
    const { authorities, certificate } = await environment().stored();
    const isDone = authorities.length === 1 && authorities[0] !== before.authorities[0];
    return (isDone && (await environment().shown()).join() === certificate) || undefined;
  });
  await bundleIsRight();
  await environment().ask();
});

it('serves on while nobody may write, says what it may not, and goes on when it may', async () => {
  const { plane } = environment();
  const rights = ['delete', 'role,rolebinding', 'approvalgate-operator', '-n', 'approvalgate'];
  const role = await plane.mustKubectl([
    'get',
    'role,rolebinding',
    'approvalgate-operator',
    '-n',
    'approvalgate',
    '-o',
    'json',
  ]);
  await plane.mustKubectl(rights);
  const before = await environment().stored();
  await environment().change({ data: { 'tls.key': 'bm8ga2V5' } });
  const [replica] = environment().replicas;
  const said = await eventually('a warning', async () => {
    const answer = await replica?.process.get('/readyz');
    return answer?.text.includes('warning') ? answer : undefined;
  });
  expect(said.status).toBe(200);
  expect(said.text).toMatch(
    /warning: the webhook's certificate cannot be looked after: .*secrets "approvalgate-webhook" is forbidden/,
  );
  await environment().ask();
  await plane.mustKubectl(['create', '-f', '-'], { input: role });
  await eventually(
    'another certificate',
    async () => {
      const { certificate } = await environment().stored();
      return certificate !== before.certificate || undefined;
    },
    120_000,
  );
});

it('says of an annotation that it means nothing', async () => {
  await environment().change({ metadata: { annotations: { 'approvalgate.dev/renew': 'everything' } } });
  const [replica] = environment().replicas;
  const said = await eventually('a warning', async () => {
    const { text = '' } = (await replica?.process.get('/readyz')) ?? {};
    return text.includes('approvalgate.dev/renew') ? text : undefined;
  });
  expect(said).toBe(
    'warning: the annotation approvalgate.dev/renew of Secret approvalgate-webhook must be authority or certificate\n',
  );
});
