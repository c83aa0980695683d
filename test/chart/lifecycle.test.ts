import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { installedIn, removeCrds } from '../../tools/cluster/uninstall.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { whoami } from '../../tools/environment/people.ts';
import { CHART, NAMESPACE } from '../support/chart.ts';

let plane: ControlPlane;
let admin: KubeClient;
let asked: Checkpoint;
beforeAll(async () => {
  plane = await startControlPlane();
  admin = kubeconfigClient(plane.kubeconfig);
});
afterAll(async () => {
  await admin?.close();
  await plane?.stop();
});

async function helm(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await plane.helm([...args, '--namespace', NAMESPACE]);
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
  return stdout;
}
const installed = (...values: string[]) =>
  helm('upgrade', '--install', 'approvalgate', CHART, '--create-namespace', '--reset-values', ...values);
const names = async (kind: string, ...args: string[]): Promise<string[]> =>
  (await plane.mustKubectl(['get', kind, '-o', 'name', ...args])).split('\n').filter(Boolean);
const get = () => admin.get<Checkpoint>(CHECKPOINTS, { namespace: 'default', name: asked.metadata.name });

/** A question, stamped as the webhook would; until the policies are in force anything goes. */
async function question(): Promise<object> {
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'Checkpoint',
    metadata: { generateName: 'asked-', namespace: 'default' },
    spec: { action: 'process_refund', requester: await whoami(plane, plane.kubeconfig) },
  };
}

/** As the cluster's administrator; gives what kubectl said. */
async function decide(): Promise<string> {
  const status = JSON.stringify({ status: approvedStatus(asked) });
  const patch = ['patch', 'ckpt', asked.metadata.name, '--subresource=status', '--type=merge', '-p', status];
  return (await plane.kubectl(patch)).stderr;
}

const WRITTEN_BY_OTHERS = "only the operator's service account writes the status";
const WEBHOOKS = 'mutatingwebhookconfigurations,validatingwebhookconfigurations';
const POLICIES = 'validatingadmissionpolicies,validatingadmissionpolicybindings';

describe('a release', () => {
  it('is installed, with the guards first and then with everything', async () => {
    await installed('--set', 'operator.enabled=false,webhook.enabled=false');
    await plane.mustKubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s']);
    asked = await admin.create<Checkpoint>(CHECKPOINTS, (await question()) as never);
    expect(await names('deployments', '-n', NAMESPACE)).toEqual([]);
    const notes = await installed();
    expect(notes).toContain('helm test approvalgate -n approvalgate');
    expect(await names('deployments', '-n', NAMESPACE)).toEqual(['deployment.apps/approvalgate']);
    await expect.poll(decide).toContain(WRITTEN_BY_OTHERS);
  });

  it('is upgraded without losing the authority that was written into its webhooks', async () => {
    const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }];
    for (const kind of WEBHOOKS.split(',')) {
      await plane.mustKubectl(['patch', kind, 'approvalgate', '--type=json', '-p', JSON.stringify(patch)]);
    }
    await installed('--set', 'replicas=3,webhook.timeoutSeconds=7');
    for (const kind of WEBHOOKS.split(',')) {
      const { webhooks } = JSON.parse(await plane.mustKubectl(['get', kind, 'approvalgate', '-o', 'json']));
      expect([webhooks[0].timeoutSeconds, webhooks[0].clientConfig.caBundle]).toEqual([7, caBundle]);
    }
  });

  it('leaves no webhook when it is uninstalled, so that the cluster goes on', async () => {
    const kubeconfig = await plane.serviceAccount(NAMESPACE, 'approvalgate');
    const told = await helm('uninstall', 'approvalgate');
    const asOperator = async () => (await plane.kubectl(['auth', 'whoami'], { kubeconfig })).stderr;
    await expect.poll(asOperator).toContain('Unauthorized');
    expect(told).toContain('[ValidatingAdmissionPolicy] approvalgate-status');
    expect(told).toContain('[CustomResourceDefinition] checkpoints.approvalgate.dev');
    expect(await names(WEBHOOKS)).toEqual([]);
    expect((await installedIn(plane)).filter((name) => !name.includes('approvalgate.dev')).sort()).toEqual([
      'namespace/approvalgate',
      ...(await names('validatingadmissionpolicies')).sort(),
    ]);
    await plane.mustKubectl(['create', 'configmap', 'goes-on']);
    await plane.mustKubectl(['create', 'namespace', 'goes-on']);
  });

  it('leaves the questions as they were, and nobody can decide them or ask another', async () => {
    expect((await get())?.metadata.uid).toBe(asked.metadata.uid);
    expect((await get())?.status?.decision).toBeUndefined();
    expect(await decide()).toContain(WRITTEN_BY_OTHERS);
    const unstamped = { ...(await question()), spec: { action: 'process_refund' } };
    const { stderr } = await plane.kubectl(['create', '-f', '-'], { input: JSON.stringify(unstamped) });
    expect(stderr).toContain('spec.requester must be the caller');
  });

  it('takes over what it left when it is installed again, and the operator decides', async () => {
    await installed();
    expect((await get())?.metadata.uid).toBe(asked.metadata.uid);
    expect(await decide()).toContain(WRITTEN_BY_OTHERS);
    const kubeconfig = await plane.serviceAccount(NAMESPACE, 'approvalgate');
    const operator = kubeconfigClient(kubeconfig);
    onTestFinished(() => operator.close());
    await operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));
    expect((await get())?.status?.decision?.outcome).toBe('Approved');
  });

  it('leaves nothing of ours where that is wanted', async () => {
    await installed('--set', 'crds.keep=false');
    await helm('uninstall', 'approvalgate');
    await removeCrds(plane);
    expect(await installedIn(plane)).toEqual(['namespace/approvalgate']);
    expect(await names(`${POLICIES},clusterroles,clusterrolebindings`)).not.toContain(
      expect.stringContaining('approvalgate'),
    );
  });
});

it('what was kept is removed by the two commands that the docs name', async () => {
  await installed();
  await helm('uninstall', 'approvalgate');
  const label = ['-l', 'app.kubernetes.io/name=approvalgate'];
  await plane.mustKubectl(['delete', 'crd', '--wait=false', ...label]);
  await plane.mustKubectl(['delete', POLICIES, ...label]);
  await removeCrds(plane);
  expect(await installedIn(plane)).toEqual(['namespace/approvalgate']);
});
