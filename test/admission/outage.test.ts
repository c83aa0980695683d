import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { drainable } from '../../operator/drain.ts';
import { removeWebhooks } from '../../tools/cluster/install.ts';
import { checkpoint, review, withGate } from '../support/admission-environment.ts';
import { eventually } from '../support/eventually.ts';
import { ownedBy } from '../support/owned-by.ts';

const gate = withGate();

const RULE = {
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'ClusterCheckpointRule',
  metadata: { name: 'everything' },
  spec: { actions: ['*'], requesters: ['*'], decision: 'AutoApprove' },
};

/** What each of an agent, a person and the admin is told who creates something. */
async function refusals(asked: Checkpoint): Promise<string[]> {
  const { agent, mia, cluster } = gate();
  const results = await Promise.all([
    gate().create(agent, checkpoint()),
    gate().create(mia, review(asked)),
    gate().create(cluster.kubeconfig, RULE),
  ]);
  return results.map(({ code, stderr }) => (code === 0 ? 'created' : stderr));
}

/** The name in the certificate that a new connection to the webhook is shown. */
async function servedName(): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port: gate().port, ca: gate().authority.certificate });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

/** Something else answers in the webhook's place while `work` is done. */
async function instead(listener: RequestListener, work: () => Promise<void>): Promise<void> {
  const read = (file: string) => readFileSync(join(gate().certDir, file));
  await gate().closeWebhook();
  const server = createServer({ cert: read('tls.crt'), key: read('tls.key') }, listener);
  const drain = drainable(server);
  await once(server.listen(gate().port, '127.0.0.1'), 'listening');
  try {
    await work();
  } finally {
    await drain();
    await gate().openWebhook();
  }
}

describe('while the webhook', () => {
  it('gets a new certificate, every creation passes, and so does the first on a new connection', async () => {
    await gate().asked();
    await gate().certify('renewed');
    const errors: string[] = [];
    await eventually('the new certificate is served', async () => {
      errors.push((await gate().create(gate().agent, checkpoint())).stderr);
      return (await servedName()) === 'renewed' ? true : undefined;
    });
    expect(errors.filter((text) => text !== '')).toEqual([]);
    await gate().closeWebhook();
    await gate().openWebhook();
    await gate().asked();
  });

  it('is down, nothing is created, and what is there stays', async () => {
    const asked = await gate().asked();
    await gate().closeWebhook();
    for (const refusal of await refusals(asked)) expect(refusal).toContain('failed calling webhook');
    const there = await gate().cluster.kubectl(['get', 'ckpt', asked.metadata.name, '-n', 'shop'], {
      kubeconfig: gate().agent,
    });
    expect(there.code).toBe(0);
    await gate().openWebhook();
    await gate().asked();
  });

  it.each<[string, RequestListener]>([
    ['fails', (_, response) => response.writeHead(500).end('{}')],
    ['answers what is no review', (_, response) => response.end('<html>')],
    [
      'answers another request',
      (_, response) =>
        response.end(
          JSON.stringify({
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid: 'another', allowed: true },
          }),
        ),
    ],
    ['hangs up', (_, response) => response.destroy()],
  ])('%s, nothing is created', async (_, listener) => {
    const asked = await gate().asked();
    await instead(listener, async () => {
      for (const refusal of await refusals(asked)) expect(refusal).toContain('failed calling webhook');
    });
  });
});

describe('without the webhook, the policies still', () => {
  it('refuse a requester that was not stamped, or is not the caller', async () => {
    await removeWebhooks(gate().cluster);
    const claims = [{}, { requester: { username: 'mia' } }, { requester: { username: 'system:admin' } }];
    for (const claim of claims) {
      await eventually('the policy refuses it', async () => {
        const { stderr } = await gate().create(gate().agent, checkpoint(claim));
        return stderr.includes('spec.requester must be the caller') ? true : undefined;
      });
    }
  });

  it('refuse a reviewer that was not stamped, or is not the caller, a forged click, or no owner', async () => {
    const requester = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
    const created = await gate().create(gate().cluster.kubeconfig, checkpoint({ requester }));
    const asked = JSON.parse(created.stdout) as Checkpoint;
    const mia = { username: 'mia', groups: ['finance', 'system:authenticated'] };
    const click = { type: 'Slack', slack: { team: 'T', user: 'U', channel: 'C', messageID: '1' } };
    const refused = async (spec: object) => (await gate().create(gate().mia, review(asked, spec))).stderr;
    expect(await refused({})).toContain('spec.reviewer must be the caller');
    expect(await refused({ reviewer: { ...mia, username: 'tom' } })).toContain('must be the caller');
    expect(await refused({ reviewer: { ...mia, groups: ['board'] } })).toContain('must be the caller');
    expect(await refused({ reviewer: mia, via: click })).toContain('only for a click in Slack');
    expect(await refused({ reviewer: mia })).toContain('owned by its Checkpoint');
    const whole = review(asked, { reviewer: mia }, ownedBy(asked));
    expect((await gate().create(gate().mia, whole)).stderr).toBe('');
  });
});
