import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folded } from '../../operator/model/person.ts';
import { Authority } from '../../tools/cluster/pki.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { apply, approver } from '../../tools/environment/people.ts';
import { namespaceAdminFor, waiting } from '../support/attack.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

// With kube-controller-manager, because without it the built-in edit allows nothing at all.
const environment = withEnvironment({}, { controllerManager: true });

describe('a quorum', () => {
  it('is not filled by service accounts, whatever they are allowed', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    for (const name of ['puppet-1', 'puppet-2']) {
      const kubeconfig = await namespaceAdminFor(ns, name);
      expect((await ns.review(kubeconfig, asked, 'Approve')).stderr).toContain('service accounts');
    }
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    expect((await waiting(ns, asked)).status?.decision).toBeUndefined();
  });

  it('is not filled by one person under two certificates', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    await ns.review(await environment().controlPlane.person('mia', ['finance']), asked, 'Approve');
    await eventually('both are stored', async () => ((await ns.reviews()).length === 2 ? true : undefined));
    expect((await waiting(ns, asked)).status?.decision).toBeUndefined();
    // Seen after both of hers: had she filled the quorum, his would come too late to be in the decision.
    await ns.review(await environment().controlPlane.person('tom'), asked, 'Approve');
    const { status } = await ns.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username).sort()).toEqual(['mia', 'tom']);
  });

  it('is not filled by one person under two spellings of the name, each of which holds the right', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    for (const name of ['mia', 'Mia', 'mia ', 'ｍｉａ']) {
      await approver(environment().controlPlane, ns.namespace, name);
      const review = await ns.review(await environment().controlPlane.person(name), asked, 'Approve');
      expect(review.stderr).toBe('');
    }
    expect((await waiting(ns, asked)).status?.decision).toBeUndefined();
    // Seen after all of hers: had she filled the quorum, his would come too late to be in the decision.
    await ns.review(await environment().controlPlane.person('tom'), asked, 'Approve');
    const { status } = await ns.decided(asked);
    // Which of her spellings is counted, names made by chance decide among those of one second.
    const people = status?.decision?.reviews?.map(({ username }) => folded(username)).sort();
    expect(people).toEqual(['mia', 'tom']);
  });

  it('is not begun by the requester under another spelling of the name', async () => {
    const ns = await environment().namespace();
    const { controlPlane } = environment();
    const asks = ['create', 'rolebinding', 'asks', '-n', ns.namespace, '--clusterrole=approvalgate-agent'];
    await controlPlane.mustKubectl([...asks, '--user=mia']);
    await approver(controlPlane, ns.namespace, 'Mia');
    const asked = await new Agent(await controlPlane.person('mia'), ns.namespace).ask({ action: 'wire' });
    const own = await ns.review(await controlPlane.person('Mia'), asked, 'Approve');
    expect(own.stderr).toContain(
      `'mia' created this Checkpoint, and nobody decides on their own request; "Mia" may be the same person`,
    );
  });

  it('of a group is not filled by somebody who only claims to be in it', async () => {
    const ns = await environment().namespace();
    await ns.rule('finance', { decision: 'RequireApproval', approval: { groups: ['finance'] } });
    const asked = await ns.ask();
    const mia = await environment().controlPlane.person('mia');
    const claim = { reviewer: { username: 'mia', groups: ['finance'] } };
    expect((await ns.review(mia, asked, 'Approve', claim)).stderr).toBe('');
    await ns.review(await environment().controlPlane.person('tom', ['finance']), asked, 'Approve');
    const { status } = await ns.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username)).toContain('tom');
    expect(status?.decision?.decidedBy.name).toBe('tom');
  });
});

describe('an identity', () => {
  const identity = (spec: object) => ({
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'ReviewerIdentity',
    metadata: { name: 't000000001-u0evil0001' },
    spec: { slack: { team: 'T000000001', user: 'U0EVIL0001' }, ...spec },
  });

  it.each([
    ['a group of masters', { username: 'eve', groups: ['system:masters'] }, 'cannot be in a system group'],
    [
      'a person whom its writer may not impersonate',
      { username: 'mia' },
      "to link a chat account to user 'mia' you need the verb 'impersonate' on that user",
    ],
    [
      'a group that its writer may not impersonate',
      { username: 'eve', groups: ['finance'] },
      "you need the verb 'impersonate' on each of the groups 'finance'",
    ],
    [
      'a service account',
      { username: 'system:serviceaccount:shop-1:refund-bot' },
      'cannot act as a system user or a service account',
    ],
  ])('cannot claim %s', async (_, spec, refusal) => {
    const { controlPlane } = environment();
    const eve = await controlPlane.person('eve');
    await apply(controlPlane, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'links-accounts' },
      rules: [
        { apiGroups: ['approvalgate.dev'], resources: ['*'], verbs: ['*'] },
        { apiGroups: [''], resources: ['users'], resourceNames: ['eve'], verbs: ['impersonate'] },
      ],
    });
    const binding = ['create', 'clusterrolebinding', 'links', '--clusterrole=links-accounts', '--user=eve'];
    await controlPlane.kubectl(binding);
    const create = (object: object) =>
      controlPlane.kubectl(['create', '--dry-run=server', '-f', '-'], {
        input: JSON.stringify(object),
        kubeconfig: eve,
      });
    expect((await create(identity({ username: 'eve' }))).stderr).toBe('');
    expect((await create(identity(spec))).stderr).toContain(refusal);
  });
});

describe("somebody who may edit a namespace, and holds none of ApprovalGate's roles", () => {
  it("cannot mint the operator's token, which lives in a namespace of its own", async () => {
    const { namespace } = await environment().namespace();
    const { controlPlane, product } = environment();
    const eve = await controlPlane.person('eve');
    const edit = ['create', 'rolebinding', 'edit', '-n', namespace, '--clusterrole=edit', '--user=eve'];
    await controlPlane.mustKubectl(edit);
    const asEve = (...args: string[]) => controlPlane.kubectl(args, { kubeconfig: eve });
    await eventually('edit is aggregated', async () => {
      const { code } = await asEve('create', 'configmap', 'hers', '-n', namespace);
      return code === 0 ? true : undefined;
    });
    expect((await asEve('create', 'token', 'refund-bot', '-n', namespace)).stderr).toBe('');
    const operator = ['approvalgate', '-n', product.installation.namespace];
    expect((await asEve('create', 'token', ...operator)).stderr).toContain(
      'cannot create resource "serviceaccounts/token"',
    );
    expect((await asEve('get', 'serviceaccount', ...operator)).stderr).toContain(
      'cannot get resource "serviceaccounts"',
    );
  });
});

describe("somebody else's slow webhook on reviews", () => {
  it('makes an approval in time late, and a late approval counts for nothing', async () => {
    const ns = await environment().namespace();
    const mia = await environment().controlPlane.person('mia');
    const slow = await slowWebhook(ns.namespace);
    const open = await ns.ask();
    await eventually('the webhook is asked', async () => {
      await ns.review(mia, open, 'Approve');
      return slow.asked() > 0 ? true : undefined;
    });
    const asked = await ns.ask({ timeoutSeconds: 15 });
    await waiting(ns, asked);
    const [before, release] = [slow.asked(), slow.hold()];
    const reviewing = ns.review(mia, asked, 'Approve');
    await eventually('the approval is held', () => (slow.asked() > before ? true : undefined));
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({ outcome: 'TimedOut', reason: 'Unanswered' });
    release();
    expect((await reviewing).stderr).toBe('');
    expect((await ns.read(asked))?.status?.decision).toEqual(status?.decision);
  });
});

interface SlowWebhook {
  /** How often it was asked. */
  asked(): number;
  /** It answers no more until what this gives is called. */
  hold(): () => void;
}

/** Registers a validating webhook that lets all reviews of one namespace through. */
async function slowWebhook(namespace: string): Promise<SlowWebhook> {
  const authority = await Authority.create('slow');
  const { certificate, key } = await authority.issue({ name: 'slow', hosts: ['127.0.0.1'] });
  let asks = 0;
  let held = Promise.resolve();
  const server: Server = createServer({ cert: certificate, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string } };
    asks += 1;
    await held;
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...review, response: { uid: asked.uid, allowed: true } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { controlPlane } = environment();
  await apply(controlPlane, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'slow' },
    webhooks: [
      {
        name: 'slow.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 30,
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(authority.certificate).toString('base64'),
        },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [
          {
            apiGroups: ['approvalgate.dev'],
            apiVersions: ['*'],
            operations: ['CREATE'],
            resources: ['checkpointreviews'],
          },
        ],
      },
    ],
  });
  onTestFinished(async () => {
    await controlPlane.kubectl(['delete', 'validatingwebhookconfiguration', 'slow']);
    server.closeAllConnections();
    server.close();
  });
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  };
  return { asked: () => asks, hold };
}
