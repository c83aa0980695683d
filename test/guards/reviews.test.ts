import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { apply, approver } from '../../tools/environment/people.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';
import { ownedBy } from '../support/owned-by.ts';

const apiServer = withApiServer();

function review(asked: Checkpoint, spec: object, metadata: object = {}) {
  const { name, uid } = asked.metadata;
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'CheckpointReview',
    metadata: { generateName: 'r-', namespace: 'default', ...ownedBy(asked), ...metadata },
    spec: { checkpoint: { name, uid }, verdict: 'Approve', ...spec },
  };
}

async function mia(): Promise<string> {
  await approver(apiServer().plane, 'default', 'mia');
  return apiServer().plane.person('mia', ['finance']);
}

const said = async (object: object, kubeconfig?: string) =>
  (await apiServer().create(object, kubeconfig)).stderr;

describe('without any webhook, a review', () => {
  it('is in the name of its writer, with the groups that the API server knows', async () => {
    const kubeconfig = await mia();
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(kubeconfig);
    expect(await said(review(asked, { reviewer }), kubeconfig)).toBe('');
    for (const other of [
      undefined,
      { ...reviewer, username: 'tom' },
      { ...reviewer, groups: [...(reviewer.groups ?? []), 'board'] },
      { ...reviewer, uid: '0-0' },
    ]) {
      const claim = review(asked, other ? { reviewer: other } : {});
      expect(await said(claim, kubeconfig)).toContain('spec.reviewer must be the caller');
    }
  });

  it('says Slack only where the operator says so, and the operator names no system user', async () => {
    const kubeconfig = await mia();
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(kubeconfig);
    const slack = { team: 'T0', user: 'U0', channel: 'C0', messageID: '1.2' };
    const click = { reviewer, via: { type: 'Slack', slack } };
    expect(await said(review(asked, click), kubeconfig)).toContain('spec.via says Slack');
    expect(await said(review(asked, click), apiServer().operatorKubeconfig)).toBe('');
    for (const username of ['system:serviceaccount:default:bot', ' System:admin', '\t']) {
      const system = { ...click, reviewer: { username } };
      expect(await said(review(asked, system), apiServer().operatorKubeconfig)).toContain('never review');
    }
  });

  it('needs the verb of its verdict, and says which one and which role', async () => {
    const { plane } = apiServer();
    await apply(plane, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'denies', namespace: 'default' },
      rules: [
        { apiGroups: ['approvalgate.dev'], resources: ['checkpoints'], verbs: ['deny'] },
        { apiGroups: ['approvalgate.dev'], resources: ['checkpointreviews'], verbs: ['create'] },
      ],
    });
    await plane.mustKubectl(['create', 'rolebinding', 'denies', '--role=denies', '--user=dan']);
    const dan = await plane.person('dan');
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(dan);
    const refused = await said(review(asked, { reviewer }), dan);
    expect(refused).toContain("user 'dan' lacks the verb 'approve'");
    expect(refused).toContain('approvalgate-approver');
    expect(await said(review(asked, { reviewer, verdict: 'Deny' }), dan)).toBe('');
  });

  it('by a service account is refused, though it holds every verb', async () => {
    const { plane } = apiServer();
    const puppet = await plane.serviceAccount('default', 'puppet');
    const to = '--serviceaccount=default:puppet';
    await plane.mustKubectl(['create', 'clusterrolebinding', 'puppet', '--clusterrole=cluster-admin', to]);
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(puppet);
    expect(await said(review(asked, { reviewer }), puppet)).toContain('service accounts');
  });

  it('is owned by its checkpoint alone, and held by no finalizer', async () => {
    const kubeconfig = await mia();
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(kubeconfig);
    const [owner] = ownedBy(asked).ownerReferences;
    expect(await said(review(asked, { reviewer }, { ownerReferences: [owner] }), kubeconfig)).toBe('');
    for (const ownerReferences of [
      undefined,
      [],
      [{ ...owner, uid: '0-0' }],
      [{ ...owner, name: 'another' }],
      [{ ...owner, apiVersion: 'approvalgate.dev/v1' }],
      [{ ...owner, kind: 'CheckpointRule' }],
      [owner, { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '0-0' }],
    ]) {
      for (const writer of [kubeconfig, apiServer().operatorKubeconfig]) {
        expect(await said(review(asked, { reviewer }, { ownerReferences }), writer)).toContain(
          'owned by its Checkpoint',
        );
      }
    }
    const finalizers = ['evil.example/stay'];
    expect(await said(review(asked, { reviewer }, { finalizers }), kubeconfig)).toContain('finalizers');
  });

  it('stays as it is: neither its writer nor an administrator changes or deletes it', async () => {
    const kubeconfig = await mia();
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(kubeconfig);
    const denial = review(asked, { reviewer, verdict: 'Deny' }, { name: 'denial', generateName: undefined });
    expect(await said(denial, kubeconfig)).toBe('');
    const { plane } = apiServer();
    expect((await plane.kubectl(['delete', 'ckptrv', 'denial'])).stderr).toContain('cannot be taken back');
    const patch = (change: string) =>
      plane.kubectl(['patch', 'ckptrv', 'denial', '--type=merge', '-p', change]);
    expect((await patch('{"spec":{"verdict":"Approve"}}')).stderr).toContain('a review is immutable');
    expect((await patch('{"metadata":{"finalizers":["evil.example/stay"]}}')).stderr).toContain('finalizers');
    const labels = await patch('{"metadata":{"labels":{"a":"b"}}}');
    expect(labels.stderr).toBe('');
  });

  it('is kept as it is by a policy too, where the schema has lost its rule', async () => {
    const { plane } = apiServer();
    const kubeconfig = await mia();
    const asked = await apiServer().asked();
    const reviewer = await apiServer().whoami(kubeconfig);
    const approval = review(asked, { reviewer }, { name: 'approval', generateName: undefined });
    expect(await said(approval, kubeconfig)).toBe('');
    const rules = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations';
    const forget = JSON.stringify([{ op: 'remove', path: rules }]);
    await plane.mustKubectl([
      'patch',
      'crd',
      'checkpointreviews.approvalgate.dev',
      '--type=json',
      '-p',
      forget,
    ]);
    const change = ['patch', 'ckptrv', 'approval', '--type=merge', '-p', '{"spec":{"verdict":"Deny"}}'];
    await eventually('the policy refuses it', async () => {
      const { stderr } = await plane.kubectl([...change, '--dry-run=server']);
      return stderr.includes("ValidatingAdmissionPolicy 'approvalgate-frozen'") ? true : undefined;
    });
  });
});
