import { beforeAll, describe, expect, it } from 'vitest';
import { apply } from '../../tools/environment/people.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer();
let eve = '';

/** Somebody who may write identities, and act as tom and the group finance alone. */
beforeAll(async () => {
  const { plane } = apiServer();
  await apply(plane, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'links' },
    rules: [
      { apiGroups: ['approvalgate.dev'], resources: ['revieweridentities'], verbs: ['*'] },
      { apiGroups: [''], resources: ['users'], resourceNames: ['tom'], verbs: ['impersonate'] },
      { apiGroups: [''], resources: ['groups'], resourceNames: ['finance'], verbs: ['impersonate'] },
    ],
  });
  await plane.mustKubectl(['create', 'clusterrolebinding', 'links', '--clusterrole=links', '--user=eve']);
  eve = await plane.person('eve');
});

const identity = (name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'ReviewerIdentity',
  metadata: { name: `t1-${name}`, ...metadata },
  spec: { ...spec, slack: { team: 'T1', user: name.toUpperCase() } },
});

const patch = async (name: string, change: object) => {
  const args = ['patch', 'rid', `t1-${name}`, '--type=merge', '-p', JSON.stringify(change)];
  return (await apiServer().plane.kubectl(args, { kubeconfig: eve })).stderr;
};

describe('without any webhook, an identity', () => {
  it('is repointed only to a user and groups that its writer may impersonate, who is told which', async () => {
    await apply(apiServer().plane, identity('u1', { username: 'mia', groups: ['board'] }));
    expect(await patch('u1', { spec: { groups: ['finance'] } })).toContain(
      "account to user 'mia' you need the verb 'impersonate'",
    );
    expect(await patch('u1', { spec: { username: 'tom' } })).toContain("each of the groups 'board'");
    const groups = ['finance', 'audit', 'board'];
    const both = await patch('u1', { spec: { username: 'tom', groups } });
    expect(both).toContain("each of the groups 'finance', 'audit', 'board'");
    expect(await patch('u1', { spec: { username: 'tom', groups: ['finance'] } })).toBe('');
    expect(await patch('u1', { spec: { username: 'mia' } })).toContain(
      "account to user 'mia' you need the verb 'impersonate'",
    );
  });

  it('that is being deleted can be let go by whoever may write it, and be repointed by nobody', async () => {
    const held = { finalizers: ['example.com/held'] };
    await apply(apiServer().plane, identity('u2', { username: 'mia' }, held));
    const release = { metadata: { finalizers: null } };
    expect(await patch('u2', release)).toContain("account to user 'mia' you need the verb 'impersonate'");
    await apiServer().plane.mustKubectl(['delete', 'rid', 't1-u2', '--wait=false']);
    expect(await patch('u2', { spec: { username: 'ann' } })).toContain(
      "account to user 'ann' you need the verb 'impersonate'",
    );
    const repointed = { ...release, spec: { username: 'ann' } };
    expect(await patch('u2', repointed)).toContain("account to user 'ann' you need the verb 'impersonate'");
    expect(await patch('u2', release)).toBe('');
    expect((await apiServer().plane.kubectl(['get', 'rid', 't1-u2'])).stderr).toContain('NotFound');
  });
});
