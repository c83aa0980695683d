import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_VERSION } from '../../crds/names.ts';
import type { Identity } from '../../crds/types.ts';
import { withApiServer } from '../support/api-server.ts';
import { ownedBy } from '../support/owned-by.ts';
import { RawApi } from '../support/raw-api.ts';

const apiServer = withApiServer();
let api: RawApi | undefined;
let admin: Identity = { username: '' };

beforeAll(async () => {
  api = new RawApi(apiServer().plane.kubeconfig);
  admin = await apiServer().whoami();
});

afterAll(() => api?.close());

const entries = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`example.com/k${from + i}`, 'v']));

interface Written {
  readonly place: string;
  readonly metadata: object;
  readonly spec: object;
}

/** An object of each kind that is as it should be. */
const KINDS: Readonly<Record<string, () => Promise<Written>>> = {
  Checkpoint: async () => ({
    place: 'namespaces/default/checkpoints/c',
    metadata: {},
    spec: { action: 'a', requester: admin },
  }),
  CheckpointReview: async () => {
    const asked = await apiServer().asked();
    const { name, uid } = asked.metadata;
    const spec = { checkpoint: { name, uid }, verdict: 'Approve', reviewer: admin };
    return { place: 'namespaces/default/checkpointreviews/r', metadata: ownedBy(asked), spec };
  },
  CheckpointRule: async () => ({
    place: 'namespaces/default/checkpointrules/r',
    metadata: {},
    spec: { actions: ['a'], decision: 'AutoDeny' },
  }),
  ClusterCheckpointRule: async () => ({
    place: 'clustercheckpointrules/r',
    metadata: {},
    spec: { actions: ['a'], decision: 'AutoDeny' },
  }),
  ReviewerIdentity: async () => ({
    place: 'revieweridentities/t1-u1',
    metadata: {},
    spec: { username: 'mia', slack: { team: 'T1', user: 'U1' } },
  }),
};

async function change(place: string, metadata: object): Promise<string> {
  const answer = await api?.change(place, 'merge', { metadata });
  return answer?.status === 200 ? '' : (answer?.body.message ?? 'no answer');
}

describe.each(Object.keys(KINDS))('without any webhook, a %s', (kind) => {
  it('has at most 64 labels and 64 annotations, and is told how many it would have', async () => {
    const { place, metadata, spec } = await (KINDS[kind] as () => Promise<Written>)();
    const name = place.split('/').at(-1);
    const apply = async (more: object) => {
      const object = { apiVersion: API_VERSION, kind, metadata: { name, ...metadata, ...more }, spec };
      const answer = await api?.change(place, 'apply', object);
      return answer?.status === 201 ? '' : (answer?.body.message ?? 'no answer');
    };
    expect(await apply({ labels: entries(65) })).toContain(
      'metadata.labels: has 65 entries, and may have 64',
    );
    expect(await apply({ annotations: entries(65) })).toContain('metadata.annotations: has 65 entries');
    expect(await apply({ labels: entries(64), annotations: entries(64) })).toBe('');
    expect(await change(place, { labels: entries(1, 64) })).toContain('metadata.labels: has 65 entries');
    expect(await change(place, { annotations: entries(10_000) })).toContain(
      'metadata.annotations: has 10000',
    );
    expect(
      await change(place, { labels: { 'example.com/k0': null }, annotations: { other: 'v' } }),
    ).toContain('metadata.annotations: has 65 entries');
    expect(await change(place, { labels: { 'example.com/k0': 'w' } })).toBe('');
  });
});

describe('without any webhook, what was stored with more', () => {
  it('can shrink and end, and never grows', async () => {
    const { plane } = apiServer();
    const binding = ['validatingadmissionpolicybinding', 'approvalgate-metadata'];
    const saved = await plane.mustKubectl(['get', ...binding, '-o', 'json']);
    const place = 'namespaces/default/checkpointrules/old';
    const rule = {
      apiVersion: API_VERSION,
      kind: 'CheckpointRule',
      spec: { actions: ['a'], decision: 'AutoDeny' },
    };
    const metadata = { name: 'old', labels: entries(100), finalizers: ['example.com/held'] };
    await plane.mustKubectl(['delete', ...binding]);
    await expect
      .poll(async () => (await api?.change(place, 'apply', { ...rule, metadata }))?.status)
      .toBe(201);
    const { metadata: server, ...rest } = JSON.parse(saved) as { metadata: { name: string } };
    await plane.mustKubectl(['create', '-f', '-'], {
      input: JSON.stringify({ ...rest, metadata: { name: server.name } }),
    });
    await expect
      .poll(() => change(`${place}?dryRun=All`, { labels: entries(1, 100) }))
      .toContain('metadata.labels: has 101 entries, and may have 64');
    expect(await change(place, { labels: { 'example.com/k0': null } })).toBe('');
    expect(await change(place, { labels: { 'example.com/k1': 'w' } })).toBe('');
    await plane.mustKubectl(['delete', 'ckptr', 'old', '--wait=false']);
    expect(await change(place, { finalizers: null })).toBe('');
  });
});
