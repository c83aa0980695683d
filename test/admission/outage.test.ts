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
import { checkpoint, review, withAdmission } from '../support/admission-environment.ts';
import { eventually } from '../support/eventually.ts';
import { ownedBy } from '../support/owned-by.ts';

const admission = withAdmission();

const RULE = {
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'ClusterCheckpointRule',
  metadata: { name: 'everything' },
  spec: { actions: ['*'], requesters: ['*'], decision: 'AutoApprove' },
};

/** What each of an agent, a person and the admin is told who creates something. */
async function refusals(asked: Checkpoint): Promise<string[]> {
  const { agent, mia, cluster } = admission();
  const results = await Promise.all([
    admission().create(agent, checkpoint()),
    admission().create(mia, review(asked)),
    admission().create(cluster.kubeconfig, RULE),
  ]);
  return results.map(({ code, stderr }) => (code === 0 ? 'created' : stderr));
}

/** The name in the certificate that a new connection to the webhook is shown. */
async function servedName(): Promise<unknown> {
  const socket = connect({
    host: '127.0.0.1',
    port: admission().port,
    ca: admission().authority.certificate,
  });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

/** Something else answers in the webhook's place while `work` is done. */
async function instead(listener: RequestListener, work: () => Promise<void>): Promise<void> {
  const read = (file: string) => readFileSync(join(admission().certDir, file));
  await admission().stopWebhook();
  const server = createServer({ cert: read('tls.crt'), key: read('tls.key') }, listener);
  const drain = drainable(server);
  await once(server.listen(admission().port, '127.0.0.1'), 'listening');
  try {
    await work();
  } finally {
    await drain();
    await admission().startWebhook();
  }
}

describe('while the webhook', () => {
  it('gets a new certificate, every creation passes, and so does the first on a new connection', async () => {
    await admission().asked();
    await admission().certify('renewed');
    const errors: string[] = [];
    await eventually('the new certificate is served', async () => {
      errors.push((await admission().create(admission().agent, checkpoint())).stderr);
      return (await servedName()) === 'renewed' ? true : undefined;
    });
    expect(errors.filter((text) => text !== '')).toEqual([]);
    await admission().stopWebhook();
    await admission().startWebhook();
    await admission().asked();
  });

  it('is down, nothing is created, and what is there stays', async () => {
    const asked = await admission().asked();
    await admission().stopWebhook();
    for (const refusal of await refusals(asked)) expect(refusal).toContain('failed calling webhook');
    const there = await admission().cluster.kubectl(['get', 'ckpt', asked.metadata.name, '-n', 'shop'], {
      kubeconfig: admission().agent,
    });
    expect(there.code).toBe(0);
    await admission().startWebhook();
    await admission().asked();
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
    const asked = await admission().asked();
    await instead(listener, async () => {
      for (const refusal of await refusals(asked)) expect(refusal).toContain('failed calling webhook');
    });
  });
});

describe('without the webhook, the policies still', () => {
  it('refuse a requester that was not stamped, or is not the caller', async () => {
    await removeWebhooks(admission().cluster);
    const claims = [{}, { requester: { username: 'mia' } }, { requester: { username: 'system:admin' } }];
    for (const claim of claims) {
      await eventually('the policy refuses it', async () => {
        const { stderr } = await admission().create(admission().agent, checkpoint(claim));
        return stderr.includes('spec.requester must be the caller') ? true : undefined;
      });
    }
  });

  it('refuse a reviewer that was not stamped, or is not the caller, a forged click, or no owner', async () => {
    const requester = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
    const created = await admission().create(admission().cluster.kubeconfig, checkpoint({ requester }));
    const asked = JSON.parse(created.stdout) as Checkpoint;
    const mia = { username: 'mia', groups: ['finance', 'system:authenticated'] };
    const click = { type: 'Slack', slack: { team: 'T', user: 'U', channel: 'C', messageID: '1' } };
    const refused = async (spec: object) =>
      (await admission().create(admission().mia, review(asked, spec))).stderr;
    expect(await refused({})).toContain('spec.reviewer must be the caller');
    expect(await refused({ reviewer: { ...mia, username: 'tom' } })).toContain('must be the caller');
    expect(await refused({ reviewer: { ...mia, groups: ['board'] } })).toContain('must be the caller');
    expect(await refused({ reviewer: mia, via: click })).toContain('only for a click in Slack');
    expect(await refused({ reviewer: mia })).toContain('owned by its Checkpoint');
    const whole = review(asked, { reviewer: mia }, ownedBy(asked));
    expect((await admission().create(admission().mia, whole)).stderr).toBe('');
  });
});
