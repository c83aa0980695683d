import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Checkpoint, CheckpointRule, Decision } from '../../crds/types.ts';
import { decidedConditions, pendingConditions } from '../../operator/decision/conditions.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { NAMESPACE, rendered } from '../support/chart.ts';
import { argoHealth, fluxHolds } from '../support/chart-oracle.ts';

const PAGE = readFileSync(new URL('../../docs/gitops.md', import.meta.url), 'utf8');
const blocks = [...PAGE.matchAll(/^```yaml\n(.*?)^```/gmsu)].map(([, text = '']) => parse(text));
const SCRIPTS: Record<string, string> = blocks.find(({ data }) => data)?.data;
const EXPRESSIONS: { kind: string; inProgress: string; failed: string; current: string }[] = blocks.find(
  ({ healthCheckExprs }) => healthCheckExprs,
)?.healthCheckExprs;

/** As Flux asks: the first that holds says it, and none is in progress. */
async function flux(kind: string, object: object): Promise<string> {
  const found = EXPRESSIONS.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no expressions for ${kind}`);
  if (await fluxHolds(found.inProgress, object)) return 'InProgress';
  if (await fluxHolds(found.failed, object)) return 'Failed';
  return (await fluxHolds(found.current, object)) ? 'Current' : 'InProgress';
}

async function argo(kind: string, object: object): Promise<string> {
  const script = SCRIPTS[`resource.customizations.health.approvalgate.dev_${kind}`] ?? '';
  const { status, message } = await argoHealth(script, object);
  expect(message).not.toBe('');
  return status;
}

const decision = (outcome: Decision['outcome'], reason: Decision['reason']): Decision =>
  ({
    outcome,
    reason,
    message: 'why',
    checkpointUID: 'u',
    decisionTime: '2026-11-02T10:00:00Z',
    decidedBy: { type: 'Deadline', name: 'deadline' },
  }) as Decision;

const checkpoint = (status?: object): Checkpoint =>
  ({ metadata: { name: 'c', generation: 1 }, spec: { action: 'a' }, ...(status ? { status } : {}) }) as never;
const decided = (outcome: Decision['outcome'], reason: Decision['reason']): Checkpoint => {
  const made = decision(outcome, reason);
  return checkpoint({ decision: made, requirements: [], conditions: decidedConditions(made) });
};
const waiting = checkpoint({
  requirements: [{ count: 1 }],
  deadline: '2026-11-02T10:30:00Z',
  conditions: pendingConditions('AwaitingReview', 'one approval is missing'),
});
const unanswered = checkpoint({
  conditions: pendingConditions('AwaitingRules', 'the rules are not known yet'),
});

describe('a checkpoint', () => {
  it.each([
    ['Healthy', 'Current', decided('Approved', 'PersonApproved')],
    ['Degraded', 'Failed', decided('Denied', 'RuleDenied')],
    ['Degraded', 'Failed', decided('TimedOut', 'Unanswered')],
    ['Suspended', 'InProgress', waiting],
    ['Progressing', 'InProgress', unanswered],
  ])('is %s to Argo CD and %s to Flux', async (health, status, object) => {
    expect([await argo('Checkpoint', object), await flux('Checkpoint', object)]).toEqual([health, status]);
  });

  it('that nobody has seen yet is Progressing to Argo CD, and Flux asks again', async () => {
    expect(await argo('Checkpoint', checkpoint())).toBe('Progressing');
    await expect(flux('Checkpoint', checkpoint())).rejects.toThrow('no such attribute');
  });
});

describe.each(['CheckpointRule', 'ClusterCheckpointRule'])('a %s', (kind) => {
  const rule = (generation: number, conditions?: object[]): CheckpointRule =>
    ({
      metadata: { name: 'r', generation },
      ...(conditions ? { status: { observedGeneration: 1, conditions } } : {}),
    }) as never;
  const ready = { type: 'Ready', status: 'True', message: 'in force' };
  const stalled = [
    { type: 'Ready', status: 'False', message: 'no' },
    { type: 'Stalled', status: 'True', message: 'does not compile' },
  ];

  it.each([
    ['Healthy', 'Current', rule(1, [ready])],
    ['Degraded', 'Failed', rule(1, stalled)],
    ['Progressing', 'InProgress', rule(2, [ready])],
    ['Progressing', 'InProgress', rule(2, stalled)],
  ])('is %s to Argo CD and %s to Flux', async (health, status, object) => {
    expect(await argo(kind, object)).toBe(health);
    if (kind === 'CheckpointRule') expect(await flux(kind, object)).toBe(status);
  });
});

describe('whoever applies the chart again', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.mustKubectl(['create', 'namespace', NAMESPACE]);
  });
  afterAll(() => plane?.stop());

  it('sees no difference after the operator has written its authority, and takes nothing away', async () => {
    const input = (await rendered({})).map((manifest) => JSON.stringify(manifest)).join('\n---\n');
    const asTool = ['--server-side', '--field-manager=gitops', '--force-conflicts', '-f', '-'];
    await plane.mustKubectl(['apply', ...asTool], { input });
    const kinds = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];
    const caBundle = Buffer.from('an authority').toString('base64');
    for (const kind of kinds) {
      const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }];
      await plane.mustKubectl(['patch', kind, 'approvalgate', '--type=json', '-p', JSON.stringify(patch)]);
    }
    const { code, stdout, stderr } = await plane.kubectl(['diff', ...asTool], { input });
    expect([code, stdout, stderr]).toEqual([0, '', '']);
    await plane.mustKubectl(['apply', ...asTool], { input });
    for (const kind of kinds) {
      const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
      expect(await plane.mustKubectl(['get', kind, 'approvalgate', '-o', path])).toBe(caBundle);
    }
    const changed = input.replace('"replicas":2', '"replicas":3');
    expect((await plane.kubectl(['diff', ...asTool], { input: changed })).stdout).toContain('replicas');
  });
});
