import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY_NAMES } from '../../operator/doctor/guards.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { CHART, NAMESPACE, rendered } from '../support/chart.ts';
import { askDoctor } from '../support/doctor.ts';

let plane: ControlPlane;
let account: string;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane?.stop());

const ask = (kubeconfig = account) => askDoctor(kubeconfig, ['--slack-transport', 'off']);

/** The lines of one part, with their cures. */
function about(part: string, said: string): string {
  const lines = said.split('\n');
  return lines
    .filter((line, index) =>
      [line, lines[index - 1] ?? ''].some((each) => each.slice(9).startsWith(`${part} `)),
    )
    .join('\n');
}

it('the doctor knows every policy that the chart has', async () => {
  const policies = (await rendered({})).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  expect([...POLICY_NAMES].sort()).toEqual(policies.map(({ metadata }) => metadata.name).sort());
});

describe('the doctor says what is missing, and how to mend it', () => {
  it('where nothing is installed', async () => {
    const { code, said } = await ask(plane.kubeconfig);
    expect(code).toBe(1);
    expect(about('kinds', said)).toContain('the API server does not serve checkpoints, checkpointrules');
    expect(about('kinds', said)).toContain('→ helm upgrade approvalgate charts/approvalgate -n approvalgate');
    expect(about('policies', said)).toContain('approvalgate-status');
    expect(about('operators', said)).toContain(
      'there is no Deployment of ApprovalGate in the namespace approvalgate',
    );
    expect(about('registration', said)).toContain('there is no MutatingWebhookConfiguration approvalgate');
    expect(said).toContain('7 missing; the first may explain the others.');
  });

  it('where it is installed and no operator runs, by its own account', async () => {
    const { code, stderr } = await plane.helm([
      'install',
      'approvalgate',
      CHART,
      '-n',
      NAMESPACE,
      '--create-namespace',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    account = await plane.serviceAccount(NAMESPACE, 'approvalgate-doctor');
    const { said } = await ask();
    expect(about('kinds', said)).toContain('ok       kinds');
    expect(about('policies', said)).toContain('ok       policies');
    expect(about('operators', said)).toContain('0 of 2 ready in approvalgate');
    expect(about('leader', said)).toContain('nobody holds the Lease approvalgate in approvalgate');
    expect(about('registration', said)).toContain('has no caBundle, so the API server trusts no certificate');
    expect(about('a question', said)).toContain('failed calling webhook "stamp.approvalgate.dev"');
    expect(about('a question', said)).toContain('→ ');
    expect(about('Slack', said)).toContain('advice');
    expect(said).not.toContain('unknown  kinds');
  });

  it('where a Pod cannot start, as the kubelet says it', async () => {
    const { spec, metadata } =
      (await rendered({})).find(({ kind }) => kind === 'Deployment')?.spec.template ?? {};
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'waits', namespace: NAMESPACE },
      spec,
    };
    await plane.mustKubectl(['create', '-f', '-'], { input: JSON.stringify(pod) });
    const waiting = { reason: 'ErrImagePull', message: 'pull access denied' };
    const container = {
      name: 'operator',
      ready: false,
      restartCount: 0,
      image: 'x',
      imageID: '',
      state: { waiting },
    };
    const status = JSON.stringify({ status: { phase: 'Pending', containerStatuses: [container] } });
    await plane.mustKubectl([
      'patch',
      'pod',
      'waits',
      '-n',
      NAMESPACE,
      '--subresource=status',
      '--type=merge',
      '-p',
      status,
    ]);
    const { said } = await ask();
    expect(about('operators', said)).toContain('Pod waits: ErrImagePull: pull access denied');
    expect(about('operators', said)).toContain('→ let the nodes have the image');
  });

  it('where a policy is gone, or does not deny', async () => {
    await plane.mustKubectl(['delete', 'validatingadmissionpolicybinding', 'approvalgate-status']);
    const patch = JSON.stringify({ spec: { validationActions: ['Audit'] } });
    await plane.mustKubectl([
      'patch',
      'validatingadmissionpolicybinding',
      'approvalgate-rule',
      '--type=merge',
      '-p',
      patch,
    ]);
    const { said } = await ask();
    expect(about('policies', said)).toContain(
      'not there, not bound, or not denying: approvalgate-rule, approvalgate-status',
    );
  });

  it('where the webhook is gone, so that nobody stamps a question', async () => {
    for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
      await plane.mustKubectl(['delete', kind, 'approvalgate']);
    }
    await expect
      .poll(async () => about('a question', (await ask()).said))
      .toContain('nobody stamps who asks');
  });

  it('where an account may not look, and where nobody answers', async () => {
    const person = await plane.person('somebody');
    const { said } = await ask(person);
    expect(about('kinds', said)).toMatch(/^unknown {2}kinds/u);
    expect(about('kinds', said)).toContain('by helm test, which has an account for it');
    const nowhere = await plane.mustKubectl(['config', 'view', '--raw', '--flatten', '-o', 'json']);
    const file = `${plane.folder}/nowhere.kubeconfig`;
    await writeFile(file, nowhere.replace(plane.server, 'https://127.0.0.1:9'));
    const { code, said: silence } = await ask(file);
    expect([code, silence]).toEqual([1, expect.stringContaining('the API server does not answer')]);
  });
});

it('the doctor changes nothing, and reads no Secret', async () => {
  const may = async (verb: string, resource: string, namespace = NAMESPACE) => {
    const { stdout } = await plane.kubectl(['auth', 'can-i', verb, resource, '-n', namespace], {
      kubeconfig: account,
    });
    return stdout.trim() === 'yes';
  };
  const objects = await plane.mustKubectl(['get', 'checkpoints', '-A', '-o', 'name']);
  expect(objects).toBe('');
  expect(await may('create', 'checkpoints.approvalgate.dev')).toBe(true);
  expect(await may('create', 'checkpoints.approvalgate.dev', 'default')).toBe(false);
  for (const verb of ['get', 'list', 'watch']) expect(await may(verb, 'secrets')).toBe(false);
  for (const verb of ['update', 'patch', 'delete'])
    expect(await may(verb, 'checkpoints.approvalgate.dev')).toBe(false);
});
