import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer();
const API = 'approvalgate.dev/v1alpha1';
const dryRun = (object: object) =>
  apiServer().create(object, undefined, '--dry-run=server', '--validate=false');

const object = (kind: string, spec: object, metadata: object = { name: 'x', namespace: 'default' }) => ({
  apiVersion: API,
  kind,
  metadata,
  spec,
});

describe('a Checkpoint', () => {
  it.each([
    ['no action', { action: undefined }, 'spec.action'],
    ['an empty action', { action: '' }, 'spec.action'],
    ['an action with a blank', { action: 'send mail' }, 'spec.action'],
    ['an action that ends with a dot', { action: 'send.' }, 'spec.action'],
    ['an action of 254 characters', { action: 'a'.repeat(254) }, 'spec.action'],
    ['a time-out of 9 s', { timeoutSeconds: 9 }, 'spec.timeoutSeconds'],
    ['a time-out of over 30 days', { timeoutSeconds: 2_592_001 }, 'spec.timeoutSeconds'],
    ['a time to live of under an hour', { ttlSecondsAfterDecision: 3599 }, 'spec.ttlSecondsAfterDecision'],
    ['a context that is a list', { context: [1] }, 'spec.context'],
    ['a summary that is too long', { summary: 'x'.repeat(100_000) }, 'spec.summary'],
  ])('is refused with %s', async (_, spec, field) => {
    const requester = await apiServer().whoami();
    const { stderr } = await dryRun(object('Checkpoint', { action: 'a', requester, ...spec }));
    expect(stderr).toContain(field);
  });

  it('has half an hour and three days unless it says otherwise, and is in progress', async () => {
    const { spec, status } = await apiServer().asked();
    expect(spec).toMatchObject({ timeoutSeconds: 1800, ttlSecondsAfterDecision: 259_200 });
    expect(status).toMatchObject({ observedGeneration: -1 });
    expect(status?.conditions?.map(({ type, status: value }) => [type, value])).toEqual([
      ['Decided', 'Unknown'],
      ['Reconciling', 'True'],
    ]);
  });

  it('never changes its spec', async () => {
    const { metadata } = await apiServer().asked({ context: { amount: 1 } });
    for (const change of ['{"context":{"amount":2}}', '{"timeoutSeconds":60}', '{"requester":null}']) {
      const args = ['patch', 'ckpt', metadata.name, '--type=merge', '-p', `{"spec":${change}}`];
      expect((await apiServer().plane.kubectl(args)).stderr).toContain(
        'spec is immutable; create a new Checkpoint',
      );
    }
  });

  it('shows at a glance what, who and how, and is found by what it is', async () => {
    const { plane, operator } = apiServer();
    const asked = await apiServer().asked({ action: 'glance', agent: 'refund-bot' });
    await apiServer().asked({ action: 'glance', agent: 'other-bot' });
    await operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));
    const find = async (...args: string[]) =>
      (await plane.mustKubectl(['get', ...args, '--field-selector=spec.action=glance'])).trim().split('\n');
    const [header = '', ...rows] = await find('ckpt');
    expect(header.split(/ {2,}/)).toEqual(['NAME', 'ACTION', 'AGENT', 'DECISION', 'BY', 'DEADLINE', 'AGE']);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 4)).sort()).toEqual([
      ['glance', 'other-bot', 'Pending'],
      ['glance', 'refund-bot', 'RuleApproved'],
    ]);
    expect(rows.join('\n')).toMatch(/RuleApproved +rule-00 +20\d\d-/);
    for (const selector of ['status.decision.outcome=Approved', 'status.settled=true']) {
      const args = ['get', 'checkpoints', '-o', 'name', `--field-selector=spec.action=glance,${selector}`];
      expect((await plane.mustKubectl(args)).trim()).toBe(
        `checkpoint.approvalgate.dev/${asked.metadata.name}`,
      );
    }
    expect(await plane.mustKubectl(['get', 'approvalgate', '-o', 'name'])).toContain(asked.metadata.name);
  });
});

describe.each(['CheckpointRule', 'ClusterCheckpointRule'])('a %s', (kind) => {
  const rule = { actions: ['process_refund'], decision: 'AutoApprove' };
  it.each([
    ['no actions', { actions: [] }, 'spec.actions'],
    ['an empty action', { actions: [''] }, 'spec.actions'],
    ['no decision', { decision: undefined }, 'spec.decision'],
    ['a decision that there is not', { decision: 'Approve' }, 'spec.decision'],
    ['an empty condition', { condition: '' }, 'spec.condition'],
    ['an empty list of requesters', { requesters: [] }, 'spec.requesters'],
    [
      'only stars, and nothing that narrows them',
      { actions: ['*', '**'] },
      'must name requesters or a condition',
    ],
    ['an approval where none is asked for', { approval: { minApprovals: 1 } }, 'RequireApproval alone'],
    ['no approvals at all', { decision: 'RequireApproval', approval: { minApprovals: 0 } }, 'minApprovals'],
    ['eleven approvals', { decision: 'RequireApproval', approval: { minApprovals: 11 } }, 'minApprovals'],
    ['a channel by its name', { notify: { slack: { channel: '#approvals' } } }, 'spec.notify.slack.channel'],
    ['a mode that there is not', { mode: 'Dry' }, 'spec.mode'],
    ['an onError that approves', { onError: 'Approve' }, 'spec.onError'],
  ])('is refused with %s', async (_, spec, message) => {
    expect((await dryRun(object(kind, { ...rule, ...spec }))).stderr).toContain(message);
  });

  it('for every action is fine where something narrows it, or where it does not approve', async () => {
    for (const spec of [
      { actions: ['*'], condition: 'true' },
      { actions: ['*'], requesters: ['mia'] },
      { actions: ['*', 'refund'] },
      { actions: ['*'], decision: 'AutoDeny' },
    ]) {
      expect((await dryRun(object(kind, { ...rule, ...spec }))).stderr).toBe('');
    }
  });
});

describe('a ReviewerIdentity', () => {
  const slack = { team: 'T000000001', user: 'U0MIA00001' };
  it.each([
    ['a name of its own', { name: 'mia' }, { username: 'mia', slack }, 'metadata.name must be'],
    [
      'a service account',
      {},
      { username: 'system:serviceaccount:a:b', slack },
      'cannot act as a system user',
    ],
    ['a system user in another spelling', {}, { username: ' System:admin', slack }, 'act as a system user'],
    [
      'a system group in another spelling',
      {},
      { username: 'mia', groups: ['SYSTEM:masters'], slack },
      'group',
    ],
    ['a system group', {}, { username: 'mia', groups: ['system:masters'], slack }, 'system group'],
    ['no account', {}, { username: 'mia' }, 'spec.slack'],
    ['no username', {}, { slack }, 'spec.username'],
  ])('is refused with %s', async (_, metadata, spec, message) => {
    const named = { name: 't000000001-u0mia00001', ...metadata };
    expect((await dryRun(object('ReviewerIdentity', spec, named))).stderr).toContain(message);
  });
});
