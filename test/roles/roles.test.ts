import { beforeAll, describe, expect, it, vi } from 'vitest';
import { withStore } from '../support/store.ts';

const store = withStore({ controllerManager: true });
const NAMESPACE = 'default';
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'approve', 'deny'];
const RESOURCES = [
  ...['checkpoints', 'checkpoints/status', 'checkpointreviews', 'checkpointrules', 'checkpointrules/status'],
  ...['clustercheckpointrules', 'clustercheckpointrules/status', 'revieweridentities'],
];

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];
const kinds = (verbs: readonly string[], ...resources: string[]) =>
  resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
const RULES = ['checkpointrules', 'clustercheckpointrules'];
const VIEWED = ['checkpoints', 'checkpointreviews', ...RULES];

/** Each role with all that it allows of ours; what is not here is refused. */
const ALLOWED: Record<string, readonly string[]> = {
  'approvalgate-agent': kinds([...READ, 'create', 'delete'], 'checkpoints'),
  'approvalgate-viewer': kinds(READ, ...VIEWED),
  'approvalgate-approver': [
    ...kinds(READ, ...VIEWED),
    ...kinds(['approve', 'deny'], 'checkpoints'),
    ...kinds(['create'], 'checkpointreviews'),
  ],
  'approvalgate-rule-author': [...kinds(READ, ...VIEWED), ...kinds(WRITE, ...RULES)],
  'approvalgate-operator': [
    ...kinds(READ, ...VIEWED, 'revieweridentities'),
    ...kinds(['delete'], 'checkpoints'),
    ...kinds(['create'], 'checkpointreviews'),
    ...kinds(['patch'], 'checkpoints/status', ...RULES.map((rule) => `${rule}/status`)),
  ],
  edit: kinds(READ, ...VIEWED),
  admin: kinds(READ, ...VIEWED),
};

/** Asks the API server itself, verb by verb. */
async function allowedTo(username: string): Promise<string[]> {
  const questions = RESOURCES.flatMap((resource) => VERBS.map((verb) => ({ verb, resource })));
  const answers = await Promise.all(
    questions.map(async ({ verb, resource }) => {
      const [plural = '', subresource] = resource.split('/');
      const { allowed } = await store().operator.subjectAccessReview({
        user: username,
        resourceAttributes: {
          group: 'approvalgate.dev',
          resource: plural,
          ...(subresource ? { subresource } : {}),
          verb,
          namespace: NAMESPACE,
        },
      });
      return allowed ? [`${verb} ${resource}`] : [];
    }),
  );
  return answers.flat();
}

beforeAll(async () => {
  for (const role of Object.keys(ALLOWED)) {
    const binding = ['create', 'clusterrolebinding', `is-${role}`, `--clusterrole=${role}`, `--user=${role}`];
    await store().plane.mustKubectl(binding);
  }
  const aggregated = async (role: string) => (await allowedTo(role)).length > 0;
  await vi.waitUntil(async () => (await aggregated('approvalgate-approver')) && (await aggregated('edit')), {
    timeout: 60_000,
    interval: 200,
  });
});

describe('the role', () => {
  it.each(Object.keys(ALLOWED))('%s allows what it is for, and nothing else of ours', async (role) => {
    expect((await allowedTo(role)).sort()).toEqual([...(ALLOWED[role] ?? [])].sort());
  });
});

describe.each(['edit', 'admin'])('somebody with the built-in role %s in a namespace', (role) => {
  it('may create a ConfigMap, and can neither approve, nor write a status, nor write a rule', async () => {
    const { plane } = store();
    const kubeconfig = await plane.person(`${role}-here`);
    const binding = ['create', 'rolebinding', `${role}-here`, `--clusterrole=${role}`, `--user=${role}-here`];
    await plane.mustKubectl(binding);
    const run = async (...args: string[]) => (await plane.kubectl(args, { kubeconfig })).stderr;
    expect(await run('create', 'configmap', `of-${role}`)).toBe('');
    const { metadata } = await store().asked();
    const patch = ['patch', 'ckpt', metadata.name, '--type=merge', '-p', '{}'];
    expect(await run(...patch, '--subresource=status')).toContain('forbidden');
    expect(await run(...patch)).toContain('forbidden');
    const base = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      metadata: { name: `of-${role}`, namespace: NAMESPACE },
    };
    const checkpoint = { name: metadata.name, uid: metadata.uid };
    const reviewer = await store().whoami(kubeconfig);
    const specs = {
      CheckpointReview: { checkpoint, verdict: 'Approve', reviewer },
      CheckpointRule: { actions: ['a'], condition: 'true', decision: 'AutoApprove' },
      ClusterCheckpointRule: { actions: ['a'], condition: 'true', decision: 'AutoApprove' },
      ReviewerIdentity: { username: role, slack: { team: 'T0', user: 'U0' } },
    };
    for (const [kind, spec] of Object.entries(specs)) {
      expect((await store().create({ ...base, kind, spec }, kubeconfig)).stderr).toContain('forbidden');
    }
    expect(await run('create', 'token', 'approvalgate', '-n', 'approvalgate')).toContain('forbidden');
  });
});
