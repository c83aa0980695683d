import { afterEach, describe, expect, it } from 'vitest';
import { LeaderElector } from '../../operator/leader/elector.ts';
import { leaseLock } from '../../operator/leader/lease-lock.ts';
import { createLogger } from '../../operator/log.ts';
import { systemTimers } from '../../operator/timers.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';

const store = withApiServer();
const REF = { namespace: 'approvalgate', name: 'approvalgate' };
const electors: LeaderElector[] = [];

/** With the rights of the operator's own service account. */
function candidate(identity: string): { elector: LeaderElector; lost: string[] } {
  const { operator } = store();
  const lost: string[] = [];
  const elector = new LeaderElector({
    lock: leaseLock(operator, REF, systemTimers),
    name: REF.name,
    identity,
    timers: systemTimers,
    now: () => operator.clock.now(),
    random: Math.random,
    log: createLogger('silent'),
    elected: () => undefined,
    lost: (reason) => lost.push(reason),
  });
  electors.push(elector);
  elector.start();
  return { elector, lost };
}

function lease(): Promise<{ spec: Record<string, unknown> }> {
  const args = ['get', 'lease', REF.name, '-n', REF.namespace, '-o', 'json'];
  return store()
    .plane.mustKubectl(args)
    .then((text) => JSON.parse(text) as { spec: Record<string, unknown> });
}

const leads = (elector: LeaderElector) => eventually('the lead', () => (elector.leads ? true : undefined));

afterEach(async () => {
  await Promise.all(electors.splice(0).map((elector) => elector.stop()));
});

describe('an election on a real API server', () => {
  it('creates a Lease as client-go does, renews it, and hands it over', async () => {
    const first = candidate('first');
    await leads(first.elector);
    const created = await lease();
    expect(created.spec).toMatchObject({
      holderIdentity: 'first',
      leaseDurationSeconds: 15,
      acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      leaseTransitions: 0,
    });
    const second = candidate('second');
    await eventually('a renewal', async () =>
      (await lease()).spec['renewTime'] === created.spec['renewTime'] ? undefined : true,
    );
    expect(second.elector.leads).toBe(false);
    await first.elector.stop();
    await leads(second.elector);
    expect((await lease()).spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
    await second.elector.stop();
    expect((await lease()).spec).toMatchObject({ leaseDurationSeconds: 1, leaseTransitions: 1 });
    expect((await lease()).spec['holderIdentity']).toBeUndefined();
    expect([...first.lost, ...second.lost]).toEqual([]);
  });

  it('goes on where somebody labels the Lease, and ends where somebody takes it', async () => {
    const { elector, lost } = candidate('third');
    await leads(elector);
    const { plane } = store();
    await plane.mustKubectl(['label', 'lease', REF.name, '-n', REF.namespace, 'touched=yes']);
    const { renewTime } = (await lease()).spec;
    await eventually('a renewal', async () =>
      (await lease()).spec['renewTime'] === renewTime ? undefined : true,
    );
    expect(elector.leads).toBe(true);
    const patch = JSON.stringify({ spec: { holderIdentity: 'somebody' } });
    await plane.mustKubectl(['patch', 'lease', REF.name, '-n', REF.namespace, '--type=merge', '-p', patch]);
    await eventually('the loss', () => lost[0]);
    expect(lost).toEqual(['somebody has taken the lead']);
    expect(elector.leads).toBe(false);
  });
});
