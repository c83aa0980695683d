import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { GROUP } from '../../crds/names.ts';
import { withApiServer } from '../support/api-server.ts';
import { template } from '../support/chart.ts';
import { RawApi } from '../support/raw-api.ts';

const apiServer = withApiServer({ controllerManager: true });
const NAMESPACE = 'default';
const VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['approve', 'deny', 'impersonate'],
];
/** Of ours; what belongs to another group has it after a dot. */
const OURS = [
  ...['checkpoints', 'checkpoints/status', 'checkpointreviews', 'checkpointrules', 'checkpointrules/status'],
  ...['clustercheckpointrules', 'clustercheckpointrules/status', 'revieweridentities'],
];
const OTHERS = [
  ...[
    'namespaces.',
    'secrets.',
    'pods.',
    'configmaps.',
    'serviceaccounts.',
    'serviceaccounts/token.',
    'users.',
  ],
  ...['events.', 'events.events.k8s.io', 'subjectaccessreviews.authorization.k8s.io'],
  ...['leases.coordination.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io'],
];

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];
const kinds = (verbs: readonly string[], ...resources: string[]) =>
  resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
const RULES = ['checkpointrules', 'clustercheckpointrules'];
const VIEWED = ['checkpoints', 'checkpointreviews', ...RULES];

/** Each role with all that it allows; what is not here is refused. */
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
    ...kinds(READ, 'checkpoints', 'checkpointreviews', 'namespaces.'),
    ...kinds(['get'], 'revieweridentities'),
    ...kinds(['list', 'watch'], ...RULES),
    ...kinds(['create'], 'events.events.k8s.io', 'subjectaccessreviews.authorization.k8s.io'),
    ...kinds(['delete'], 'checkpoints'),
    ...kinds(['create'], 'checkpointreviews'),
    ...kinds(['patch'], 'checkpoints/status', ...RULES.map((rule) => `${rule}/status`)),
  ],
};
const BUILT_IN = ['edit', 'admin'];

/** Asks the API server itself, verb by verb. */
async function allowedTo(username: string, resources: readonly string[]): Promise<string[]> {
  const questions = resources.flatMap((resource) => VERBS.map((verb) => ({ verb, resource })));
  const answers = await Promise.all(
    questions.map(async ({ verb, resource }) => {
      const [path = '', ...group] = resource.split('.');
      const [plural = '', subresource] = path.split('/');
      const { allowed } = await apiServer().operator.subjectAccessReview({
        user: username,
        resourceAttributes: {
          group: resource.includes('.') ? group.join('.') : GROUP,
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
  for (const role of [...Object.keys(ALLOWED), ...BUILT_IN]) {
    const binding = ['create', 'clusterrolebinding', `is-${role}`, `--clusterrole=${role}`, `--user=${role}`];
    await apiServer().plane.mustKubectl(binding);
  }
  const aggregated = async (role: string) => (await allowedTo(role, OURS)).length > 0;
  await vi.waitUntil(async () => (await aggregated('approvalgate-approver')) && (await aggregated('edit')), {
    timeout: 180_000,
    interval: 200,
  });
});

describe('the role', () => {
  it.each(Object.keys(ALLOWED))('%s allows what it is for, and nothing else', async (role) => {
    expect((await allowedTo(role, [...OURS, ...OTHERS])).sort()).toEqual([...(ALLOWED[role] ?? [])].sort());
  });

  it.each(BUILT_IN)(
    '%s, which Kubernetes has, allows to read ours and nothing else of ours',
    async (role) => {
      expect((await allowedTo(role, OURS)).sort()).toEqual(kinds(READ, ...VIEWED).sort());
    },
  );
});

/** The verbs that the operator's own account has on one object, or, without a name, on all of the kind. */
async function operatorMay(group: string, resource: string, namespace: string, name = ''): Promise<string[]> {
  const asked = VERBS.map(async (verb) => {
    const { allowed } = await apiServer().operator.subjectAccessReview({
      user: 'system:serviceaccount:approvalgate:approvalgate',
      resourceAttributes: { group, resource, namespace, verb, ...(name ? { name } : {}) },
    });
    return allowed ? [verb] : [];
  });
  return (await Promise.all(asked)).flat();
}

describe('the operator in the cluster', () => {
  beforeAll(async () => {
    const { stdout: input } = await template({}, '--show-only', 'templates/access/operator.yaml');
    await apiServer().plane.mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
      input,
    });
  });

  it("may keep the webhook's certificate in one Secret of its own namespace, and reads no other", async () => {
    const [own, other] = ['approvalgate', NAMESPACE];
    const see = ['get', 'list', 'watch'];
    expect(await operatorMay('', 'secrets', own, 'approvalgate-webhook')).toEqual([
      ...see,
      'create',
      'update',
    ]);
    // No role can give the right to create one object by its name.
    expect(await operatorMay('', 'secrets', own, 'approvalgate-slack')).toEqual(['create']);
    expect(await operatorMay('', 'secrets', own)).toEqual(['create']);
    expect(await operatorMay('', 'secrets', other, 'approvalgate-webhook')).toEqual([]);
  });

  it.each(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'])(
    'may say whom the API server trusts in its own %s, and in no other',
    async (plural) => {
      const group = 'admissionregistration.k8s.io';
      expect(await operatorMay(group, plural, '', 'approvalgate')).toEqual([
        'get',
        'list',
        'watch',
        'update',
      ]);
      expect(await operatorMay(group, plural, '', 'other')).toEqual([]);
      expect(await operatorMay(group, plural, '')).toEqual([]);
    },
  );
});

describe.each(['edit', 'admin'])('somebody with the built-in role %s in a namespace', (role) => {
  it('may create a ConfigMap, and can neither approve, nor write a status, nor write a rule', async () => {
    const { plane } = apiServer();
    const kubeconfig = await plane.person(`${role}-here`);
    const binding = ['create', 'rolebinding', `${role}-here`, `--clusterrole=${role}`, `--user=${role}-here`];
    await plane.mustKubectl(binding);
    const run = async (...args: string[]) => (await plane.kubectl(args, { kubeconfig })).stderr;
    expect(await run('create', 'configmap', `of-${role}`)).toBe('');
    const { metadata } = await apiServer().asked();
    // Not by kubectl: it gets what it patches, and would be refused that.
    const api = new RawApi(kubeconfig);
    onTestFinished(() => api.close());
    for (const resource of ['checkpoints', 'checkpoints/status']) {
      const [plural, subresource] = resource.split('/');
      const place = ['namespaces', NAMESPACE, plural, metadata.name, subresource].filter(Boolean).join('/');
      const { status, body } = await api.change(place, 'merge', {});
      expect(status).toBe(403);
      expect(body.message).toContain(`cannot patch resource "${resource}"`);
    }
    const base = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      metadata: { name: `of-${role}`, namespace: NAMESPACE },
    };
    const checkpoint = { name: metadata.name, uid: metadata.uid };
    const reviewer = await apiServer().whoami(kubeconfig);
    const specs = {
      CheckpointReview: { checkpoint, verdict: 'Approve', reviewer },
      CheckpointRule: { actions: ['a'], condition: 'true', decision: 'AutoApprove' },
      ClusterCheckpointRule: { actions: ['a'], condition: 'true', decision: 'AutoApprove' },
      ReviewerIdentity: { username: role, slack: { team: 'T0', user: 'U0' } },
    };
    for (const [kind, spec] of Object.entries(specs)) {
      expect((await apiServer().create({ ...base, kind, spec }, kubeconfig)).stderr).toContain(
        'cannot create resource',
      );
    }
    expect(await run('create', 'token', 'approvalgate', '-n', 'approvalgate')).toContain(
      'cannot create resource "serviceaccounts/token"',
    );
  });
});
