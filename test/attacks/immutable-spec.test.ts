import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { deadlineOf, rfc3339 } from '../../operator/model/time.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withAdmission } from '../support/admission-environment.ts';
import { type Layer, Layers, refuserOf } from '../support/layers.ts';
import { type Manner, RawApi } from '../support/raw-api.ts';

const admission = withAdmission();
let [attacker, operatorApi]: RawApi[] = [];
let operator: KubeClient | undefined;
let layers: Layers | undefined;

const CONTEXT = { amount: 12, to: 'acme', list: [1, 2], inner: { a: 1, b: [{ c: 1 }] } };

/** What the context becomes. Each has been or could be taken for no change by a comparison that is not careful. */
const CHANGES: Readonly<Record<string, object>> = {
  'all keys renamed': { amount2: 12, to2: 'acme', list2: [1, 2], inner2: CONTEXT.inner },
  'all keys renamed, and other values': { w: 5000, x: 'evil', y: [3], z: { a: 2, b: [] } },
  'keys of an inner map renamed': { ...CONTEXT, inner: { x: 1, y: [{ c: 1 }] } },
  'a key within a list renamed': { ...CONTEXT, inner: { a: 1, b: [{ d: 1 }] } },
  'values swapped': { ...CONTEXT, amount: 'acme', to: 12 },
  'everything nested': { one: CONTEXT },
  'everything nested, with as many keys as before': { one: CONTEXT, two: 2, three: 3, four: 4 },
  'an inner map emptied': { ...CONTEXT, inner: {} },
  'everything emptied': {},
  'a list in another order': { ...CONTEXT, list: [2, 1] },
  'a number as text': { ...CONTEXT, amount: '12' },
  'a list as a map': { ...CONTEXT, list: { 0: 1, 1: 2 } },
  'another amount': { ...CONTEXT, amount: 5000 },
};

/** What an apply makes of a map whose every key it leaves out is null, which is refused in any case. */
const NO_MAP = 'spec.context in body must be of type object: "null"';

type Phase = 'before it is looked at' | 'between ask and answer' | 'after the decision';

const STATUS: Record<Phase, (asked: Checkpoint) => CheckpointStatus | undefined> = {
  'before it is looked at': () => undefined,
  'between ask and answer': (asked) => ({
    deadline: rfc3339(deadlineOf(asked)),
    requirements: [{ minApprovals: 1 }],
  }),
  'after the decision': approvedStatus,
};

beforeAll(async () => {
  attacker = new RawApi(admission().cluster.kubeconfig);
  operatorApi = new RawApi(admission().operator);
  operator = kubeconfigClient(admission().operator);
  const probe = await admission().asked();
  layers = new Layers(admission().cluster, placeOf(probe.metadata.name));
});

afterAll(async () => {
  layers?.close();
  attacker?.close();
  operatorApi?.close();
  await operator?.close();
});

function placeOf(name: string): string {
  return `namespaces/${admission().namespace}/checkpoints/${name}`;
}

let count = 0;

/** Applied, so that a later apply of the same manager takes away what it leaves out: keys are renamed in one step. */
async function askedIn(phase: Phase): Promise<Checkpoint> {
  count += 1;
  const metadata = { name: `asked-${count}`, namespace: admission().namespace };
  const spec = { action: 'pay', context: CONTEXT };
  const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata, spec };
  const { status, body } = await api().change(placeOf(metadata.name), 'apply', object);
  expect(status, body.message).toBe(201);
  const asked = body as unknown as Checkpoint;
  const written = STATUS[phase](asked);
  return written ? operatorClient().patchStatus<Checkpoint>(CHECKPOINTS, asked, written) : asked;
}

function api(): RawApi {
  if (attacker === undefined) throw new Error('there is no attacker');
  return attacker;
}

function operatorClient(): KubeClient {
  if (operator === undefined) throw new Error('there is no operator');
  return operator;
}

/** The same change in the words of each manner. */
const BODIES: Record<Manner, (asked: Checkpoint, context: object) => unknown> = {
  merge: ({ spec }, context) => ({ spec: { context: mergePatch(spec.context ?? {}, context) } }),
  json: (_, context) => [{ op: 'replace', path: '/spec/context', value: context }],
  apply: ({ metadata: { name, namespace }, spec }, context) => ({
    apiVersion: API_VERSION,
    kind: 'Checkpoint',
    metadata: { name, namespace },
    spec: { ...spec, context },
  }),
  put: ({ spec, ...rest }, context) => ({ ...rest, spec: { ...spec, context } }),
};

/** RFC 7396: what is gone is null. */
function mergePatch(before: object, after: object): object {
  const gone = Object.keys(before).filter((key) => !(key in after));
  const entries = Object.entries(after).map(([key, value]: [string, unknown]) => {
    const old = (before as Record<string, unknown>)[key];
    return [key, isMap(old) && isMap(value) ? mergePatch(old, value) : value];
  });
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(entries) };
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe.each<readonly [string, readonly Layer[]]>([
  ['the schema alone', ['schema']],
  ['the policy alone', ['policy']],
  ['the webhook alone', ['webhook']],
  ['all layers together', ['schema', 'policy', 'webhook']],
])('with %s, a question', (_, present) => {
  beforeAll(() => layers?.only(...present));

  it.each(Object.keys(STATUS) as Phase[])('stays what it was %s', async (phase) => {
    const asked = await askedIn(phase);
    const place = placeOf(asked.metadata.name);
    const said: string[] = [];
    for (const manner of Object.keys(BODIES) as Manner[]) {
      for (const [what, context] of Object.entries(CHANGES)) {
        const { body } = await api().change(place, manner, BODIES[manner](asked, context));
        const refuser = refuserOf(body.message);
        if (refuser !== present[0] && !refuser.includes(NO_MAP))
          said.push(`${what}, by ${manner}: ${refuser}`);
      }
    }
    expect(said).toEqual([]);
    const now = (await api().read(place)) as Checkpoint;
    expect([now.metadata.generation, now.spec]).toEqual([1, asked.spec]);
  });

  it.each(Object.keys(STATUS) as Phase[])('still takes labels and annotations %s', async (phase) => {
    const asked = await askedIn(phase);
    const place = placeOf(asked.metadata.name);
    const metadata = { labels: { team: 'shop' }, annotations: { note: 'seen' } };
    expect((await api().change(place, 'merge', { metadata })).status).toBe(200);
    const { apiVersion, kind } = asked as Checkpoint & { apiVersion: string; kind: string };
    const again = {
      apiVersion,
      kind,
      metadata: { name: asked.metadata.name, ...metadata },
      spec: asked.spec,
    };
    expect((await api().change(place, 'apply', again)).status).toBe(200);
    // The order of keys is none of what was asked.
    const reversed = Object.fromEntries(Object.entries(CONTEXT).reverse());
    const live = (await api().read(place)) as Checkpoint;
    expect((await api().change(place, 'put', BODIES.put(live, reversed))).status).toBe(200);
    expect(((await api().read(place)) as Checkpoint).metadata).toMatchObject({ generation: 1, ...metadata });
  });

  it('is not changed by a write of its status, not even by the operator', async () => {
    const asked = await askedIn('between ask and answer');
    const place = placeOf(asked.metadata.name);
    const body = { spec: { context: { amount: 5000, to: 'evil' } }, status: { observedGeneration: 1 } };
    expect((await operatorApi?.change(`${place}/status`, 'merge', body))?.status).toBe(200);
    expect(((await api().read(place)) as Checkpoint).spec).toEqual(asked.spec);
  });
});
