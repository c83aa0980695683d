import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { checkpoint, review, stored, withAdmission } from '../support/admission-environment.ts';
import { RawApi } from '../support/raw-api.ts';

const admission = withAdmission();
let api: RawApi | undefined;

beforeAll(() => {
  api = new RawApi(admission().cluster.kubeconfig);
});

afterAll(() => api?.close());

const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`example.com/key-${i}`, 'v'.repeat(60)]));

/** As a client may send it: who owns so many keys of the context. */
const managedFields = (keys: number) => [
  {
    manager: 'mine',
    operation: 'Update',
    apiVersion: 'approvalgate.dev/v1alpha1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:spec': { 'f:context': Object.fromEntries(Array.from({ length: keys }, (_, i) => [`f:k${i}`, {}])) },
    },
  },
];

/** What tools write on what they apply: Helm, Argo CD and Flux at once, whose values are as long as they come. */
const LABELS = {
  'app.kubernetes.io/name': 'x'.repeat(63),
  'app.kubernetes.io/instance': 'x'.repeat(63),
  'app.kubernetes.io/version': '1.2.3',
  'app.kubernetes.io/component': 'agent',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/managed-by': 'Helm',
  'helm.sh/chart': 'shop-1.2.3',
  'argocd.argoproj.io/instance': 'x'.repeat(63),
  'kustomize.toolkit.fluxcd.io/name': 'x'.repeat(63),
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  'helm.toolkit.fluxcd.io/name': 'x'.repeat(63),
  'helm.toolkit.fluxcd.io/namespace': 'flux-system',
};
const ANNOTATIONS = {
  'meta.helm.sh/release-name': 'shop',
  'meta.helm.sh/release-namespace': 'shop',
  'argocd.argoproj.io/tracking-id': `shop:approvalgate.dev/Checkpoint:shop/${'x'.repeat(253)}`,
  'argocd.argoproj.io/sync-wave': '5',
  'argocd.argoproj.io/sync-options': 'Replace=true,ServerSideApply=true',
  'kustomize.toolkit.fluxcd.io/ssa': 'Merge',
  'config.kubernetes.io/origin': `path: ${'x'.repeat(1000)}`,
};

describe('the metadata of a Checkpoint', () => {
  it('is refused with 1.28 MB of labels, or 10,000 annotations, with their number', async () => {
    for (const [metadata, message] of [
      [{ labels: entries(15_000) }, 'metadata.labels: has 15000 entries, and may have 64'],
      [{ annotations: entries(10_000) }, 'metadata.annotations: has 10000 entries, and may have 64'],
    ] as const) {
      const body = JSON.stringify(checkpoint({}, { generateName: 'large-', ...metadata }));
      expect((await admission().post(admission().agent, 'checkpoints', body)).stderr).toContain(message);
    }
  });

  it('has room for what Helm, Argo CD, Flux and kubectl write, with a context of nearly 64 KiB of HTML', async () => {
    const line = '<p>Hello <b>you</b> & all</p>\n';
    const context = { body: line.repeat(Math.floor(64_000 / JSON.stringify(line).length)) };
    const metadata = { name: 'by-tools', labels: LABELS, annotations: ANNOTATIONS };
    const admin = admission().cluster.kubeconfig;
    const applied = stored<Checkpoint>(await admission().apply(admin, checkpoint({ context }, metadata)));
    const copy = applied.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
    // kubectl writes each of < > & as six bytes into its copy.
    expect(copy.length).toBeGreaterThan(2 * 64 * 1024);
    expect(applied.spec.context).toEqual(context);
  });

  it('has at most 512 KiB of managed fields, which a client may send too, also later', async () => {
    const message = /metadata\.managedFields: has \d+ bytes as JSON, and may have 524288/;
    const large = checkpoint({}, { generateName: 'large-', managedFields: managedFields(60_000) });
    const created = await admission().post(admission().agent, 'checkpoints', JSON.stringify(large));
    expect(created.stderr).toMatch(message);
    const asked = await admission().asked();
    const place = `namespaces/shop/checkpoints/${asked.metadata.name}`;
    const grown = await api?.change(place, 'merge', { metadata: { managedFields: managedFields(60_000) } });
    expect(grown?.body.message).toMatch(message);
    const given = stored<CheckpointReview>(await admission().create(admission().mia, review(asked)));
    const reviewed = await api?.change(`namespaces/shop/checkpointreviews/${given.metadata.name}`, 'merge', {
      metadata: { managedFields: managedFields(60_000) },
    });
    expect(reviewed?.body.message).toMatch(message);
  });

  it('has room for the managed fields of the context with the most keys, applied by two', async () => {
    const context = Object.fromEntries(Array.from({ length: 7_000 }, (_, i) => [i.toString(36), {}]));
    const object = checkpoint({ context }, { name: 'many-keys' });
    const admin = admission().cluster.kubeconfig;
    expect((await admission().apply(admin, object, '--server-side', '--field-manager=one')).stderr).toBe('');
    expect((await admission().apply(admin, object, '--server-side', '--field-manager=two')).stderr).toBe('');
  });
});
