import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { webhookCertificate } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({ channel: CHANNEL, flags: ['--leader-elect'] });
const desk = () => environment().product.desk;

/** Slack keeps a call waiting: the operator gives it up after eight seconds. */
const HANGS = { hang: true } as const;

/** As the API server asks. The answer does not matter: what cannot be checked is refused, and answered all the same. */
const REVIEW = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u', operation: 'CREATE', object: { kind: 'Checkpoint' } },
});

interface Failure {
  readonly code: string;
  /** Whether the connection had served a request before. */
  readonly wasKept: boolean;
  /** Whether somebody who came right after was still taken. */
  readonly listens: boolean;
}

/** Posts again and again on one connection, for as long as it is let; resolves with how that ended. */
async function askUntilItFails(port: number, answered: () => void): Promise<Failure> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  try {
    for (;;) {
      const failure = await post(port, agent);
      if (failure !== undefined) return { ...failure, listens: await listens(port) };
      answered();
    }
  } finally {
    agent.destroy();
  }
}

function post(port: number, agent: Agent): Promise<Omit<Failure, 'listens'> | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': REVIEW.length };
    const call = request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/validate', headers });
    call.on('response', (response) => response.resume().on('end', () => resolve(undefined)));
    call.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      resolve({ code, wasKept: call.reusedSocket }),
    );
    call.end(REVIEW);
  });
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function lease(): Promise<Record<string, unknown>> {
  const args = ['get', 'lease', 'approvalgate', '-n', 'approvalgate', '-o', 'jsonpath={.spec}'];
  return JSON.parse(await environment().controlPlane.mustKubectl(args)) as Record<string, unknown>;
}

describe('an operator that is told to stop', () => {
  it('fails no request of clients that keep their connections, until it takes no new ones', async () => {
    const { controlPlane, product } = environment();
    const { certDir } = await webhookCertificate('127.0.0.1', controlPlane.folder);
    const port = await freePort();
    const kubeconfig = product.installation.operatorKubeconfig;
    const flags = ['--roles', 'webhook'];
    const operator = await OperatorProcess.start({ kubeconfig, flags, webhook: { port, certDir } });
    let answered = 0;
    const ends = Array.from({ length: 8 }, () => askUntilItFails(port, () => (answered += 1)));
    await eventually('they are served', () => (answered > 200 ? true : undefined));
    const before = answered;
    await operator.stop();
    const failures = await Promise.all(ends);
    expect(await operator.ended()).toBe(0);
    expect(answered).toBeGreaterThan(before);
    expect(failures.filter(({ wasKept, listens }) => wasKept || listens)).toEqual([]);
  });

  it('is not ready at once, finishes what it has begun, answers the click, and leaves its Lease free', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask({ context: { marker: 'clicked' } });
    const message = await ns.posted(asked);
    // A message on its way to Slack, and a click whose sender Slack does not tell.
    desk().faults.next('chat.postMessage', HANGS);
    const posted = await ns.ask({ context: { marker: 'posting' } });
    await eventually('it is being posted', () => (callsSince('chat.postMessage', posted) ? true : undefined));
    desk().faults.next('users.info', HANGS);
    const before = desk().ephemerals(MIA).length;
    const lookups = desk().callsOf('users.info').length;
    expect(await desk().person(MIA).click(message, 'approvalgate_approve')).toMatchObject({ acked: true });
    await eventually('the click is looked into', () =>
      desk().callsOf('users.info').length > lookups ? true : undefined,
    );

    const { operator } = environment().product;
    expect((await lease())['holderIdentity']).toBeDefined();
    const stopped = operator.stop();
    await eventually('it is not ready', async () => {
      const answer = await operator.get('/readyz');
      return answer?.status === 503 && answer.text === 'it was told to stop\n' ? true : undefined;
    });
    expect((await operator.get('/healthz'))?.status).toBe(200);
    expect((await lease())['holderIdentity'], 'while it works').toBeDefined();
    await stopped;
    expect(await operator.ended()).toBe(0);
    expect((await lease())['holderIdentity']).toBeUndefined();
    expect(desk().ephemerals(MIA).slice(before)).toHaveLength(1);
    expect((await ns.read(posted))?.status?.notifications).toMatchObject([
      { state: 'Failed', lastError: expect.stringContaining('Slack did not answer') },
    ]);
    await environment().product.startOperator();
    expect((await ns.message(posted, 'Sent')).attempts).toBe(2);
  });
});

/** Whether Slack was asked to post this very question. */
function callsSince(method: string, { metadata }: Checkpoint): boolean {
  return desk()
    .callsOf(method)
    .some(({ args }) => JSON.stringify(args).includes(metadata.uid ?? ''));
}
