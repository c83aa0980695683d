import { describe, expect, it } from 'vitest';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import { deadlineOf, rfc3339 } from '../../operator/model/time.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';
import { ownedBy } from '../support/owned-by.ts';
import { RawApi } from '../support/raw-api.ts';

// By the schema alone: no policy compares these. Of each list and map the attempts keep the size and put another
// property, another order or another type in the place of what is there, which a careless comparison takes for equal.
const apiServer = withApiServer();

/** What the API server says when the operator itself writes this over its own status. */
async function refusal(asked: Checkpoint, status: object): Promise<string> {
  return apiServer()
    .operator.patchStatus(CHECKPOINTS, asked, status as CheckpointStatus)
    .then(
      () => 'accepted',
      (error: Error) => error.message,
    );
}

const RULE = { kind: 'CheckpointRule', name: 'two' } as const;

describe('requirements, once they are fixed', () => {
  const FIXED = [{ ruleRef: RULE, minApprovals: 2, users: ['mia', 'tom'] }, { minApprovals: 1 }];
  it.each<[string, unknown]>([
    ['users as groups', [{ ruleRef: RULE, minApprovals: 2, groups: ['mia', 'tom'] }, { minApprovals: 1 }]],
    ['users in another order', [{ ruleRef: RULE, minApprovals: 2, users: ['tom', 'mia'] }, FIXED[1]]],
    ['a rule for its users', [{ minApprovals: 2, users: ['mia', 'tom'], groups: ['x'] }, FIXED[1]]],
    ['another order', [...FIXED].reverse()],
    ['one left out', FIXED.slice(0, 1)],
    ['one twice', [FIXED[0], FIXED[0]]],
    ['fewer approvals', [{ ...FIXED[0], minApprovals: 1 }, FIXED[1]]],
    ['an unknown key for a known one', [{ ruleRef: RULE, minApprovals: 2, people: ['mia'] }, FIXED[1]]],
    ['null', null],
  ])('do not become %s', async (_, requirements) => {
    const asked = await apiServer().asked();
    const status = { deadline: rfc3339(deadlineOf(asked)), requirements: FIXED };
    const written = await apiServer().operator.patchStatus<Checkpoint>(CHECKPOINTS, asked, status);
    expect(await refusal(written, { requirements })).toContain('status.requirements is write-once');
  });

  it.each<[string, unknown]>([
    ['none', []],
    ['a number as text', [{ minApprovals: '2' }]],
    ['a map', { 0: { minApprovals: 2 } }],
  ])('are a list of their own type, never %s', async (_, requirements) => {
    expect(await refusal(await apiServer().asked(), { requirements })).toContain('status.requirements');
  });
});

describe('a decision, once it is made', () => {
  const time = '2026-01-01T00:00:00Z';
  const review = { name: 'r', username: 'mia', verdict: 'Approve', time } as const;
  const evaluation = { generation: 1, result: 'Matched', decision: 'Inform', mode: 'Enforce' } as const;
  const statusOf = (asked: Checkpoint): CheckpointStatus => {
    const status = approvedStatus(asked);
    const { ruleRef: _, ...decision } = status.decision ?? ({} as never);
    return {
      ...status,
      evaluations: [
        { ...evaluation, ruleRef: RULE, condition: 'true' },
        { ...evaluation, ruleRef: { ...RULE, name: 'b' }, message: 'x' },
      ],
      decision: {
        ...decision,
        reviews: [
          { ...review, reason: 'fine' },
          { ...review, name: 's' },
        ],
      },
    };
  };

  it.each<[string, (status: CheckpointStatus) => object]>([
    [
      'its rule for its reviews',
      ({ decision }) => ({ decision: { ...decision, reviews: null, ruleRef: RULE } }),
    ],
    [
      'its message for its rule',
      ({ decision }) => ({ decision: { ...decision, message: null, ruleRef: RULE } }),
    ],
    ['its reviews reordered', ({ decision }) => reviewed(decision?.reviews?.toReversed())],
    ['a review twice', ({ decision }) => reviewed(decision?.reviews?.map(() => review))],
    ['no review', () => reviewed([])],
    [
      'an unknown key for a reason',
      () =>
        reviewed([
          { ...review, why: 'fine' },
          { ...review, name: 's' },
        ]),
    ],
    ['another uid', ({ decision }) => ({ decision: { ...decision, checkpointUID: 'another' } })],
    ['evaluations reordered', ({ evaluations }) => ({ evaluations: evaluations?.toReversed() })],
    [
      'a message for a condition',
      ({ evaluations = [] }) => ({
        evaluations: [{ ...evaluation, ruleRef: RULE, message: 'true' }, evaluations[1]],
      }),
    ],
    ['no evaluation', () => ({ evaluations: [] })],
  ])('does not get %s', async (_, change) => {
    const asked = await apiServer().asked();
    const status = statusOf(asked);
    const decided = await apiServer().operator.patchStatus<Checkpoint>(CHECKPOINTS, asked, status);
    const changed = change(status);
    expect(await refusal(decided, changed)).toContain(
      'decision' in changed ? 'status.decision is final' : 'status.evaluations is frozen',
    );
  });

  function reviewed(reviews: unknown): object {
    return { decision: { reviews } };
  }
});

describe('a review, once it is stored', () => {
  it.each<[string, object, string?]>([
    ['groups for a uid', { reviewer: { username: 'admin', uid: null, groups: ['a', 'b'] } }],
    ['groups in another order', { reviewer: { groups: ['system:authenticated', 'system:masters'] } }],
    ['an origin for its reason', { reason: null, via: { type: 'Kubernetes' } }],
    ['an unknown key for its reason', { reason: null, why: 'fine' }],
    ['another verdict', { verdict: 'Deny' }],
    ['another question', { checkpoint: { uid: '0-0' } }],
    ['a reason that is a list', { reason: ['fine'] }, 'spec.reason in body must be of type string'],
  ])('does not get %s', async (_, spec, refused = 'a review is immutable; create another one') => {
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami();
    const { name, uid } = asked.metadata;
    const review = {
      apiVersion: API_VERSION,
      kind: 'CheckpointReview',
      metadata: { name: `of-${name}`, namespace: 'default', ...ownedBy(asked) },
      spec: { checkpoint: { name, uid }, verdict: 'Approve', reason: 'fine', reviewer },
    };
    expect((await apiServer().create(review)).stderr).toBe('');
    const api = new RawApi(apiServer().plane.kubeconfig);
    const place = `namespaces/default/checkpointreviews/of-${name}`;
    expect((await api.change(place, 'merge', { spec })).body.message).toContain(refused);
    api.close();
  });
});

describe('the labels that a rule selects namespaces by', () => {
  it('are compared whole, so renamed ones are a new generation, which is in force only once it is compiled', async () => {
    const rule = (matchLabels: object) => ({
      apiVersion: API_VERSION,
      kind: 'ClusterCheckpointRule',
      metadata: { name: 'renamed' },
      spec: { actions: ['a'], decision: 'AutoDeny', namespaceSelector: { matchLabels } },
    });
    await apiServer().create(rule({ team: 'shop' }));
    const api = new RawApi(apiServer().plane.kubeconfig);
    const selector = { spec: { namespaceSelector: { matchLabels: { team: null, other: 'shop' } } } };
    const { body } = await api.change('clustercheckpointrules/renamed', 'merge', selector);
    expect(body).toMatchObject({ metadata: { generation: 2 }, spec: rule({ other: 'shop' }).spec });
    api.close();
  });
});
