import { describe, expect, it } from 'vitest';
import { Election } from '../../test/support/election.ts';
import { TIMES } from './record.ts';

const { leaseMs, renewDeadlineMs, retryMs } = TIMES;

describe('a candidate', () => {
  it('creates the Lease where there is none, and leads', async () => {
    const election = new Election();
    const leader = await election.leader();
    expect(leader.events).toEqual(['elected']);
    expect(leader.elector.leads).toBe(true);
    expect(election.lease?.spec).toEqual({
      holderIdentity: 'candidate-0',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-02T10:00:00.000000Z',
      renewTime: '2026-11-02T10:00:00.000000Z',
      leaseTransitions: 0,
    });
  });

  it('renews every two seconds, and leads on', async () => {
    const election = new Election();
    const leader = await election.leader();
    await election.pass(3_600_000);
    expect(leader.events).toEqual(['elected']);
    expect(election.lease?.spec).toMatchObject({
      acquireTime: '2026-11-02T10:00:00.000000Z',
      renewTime: '2026-11-02T11:00:00.000000Z',
      leaseTransitions: 0,
    });
  });

  it('stands by while another leads, whatever the two clocks show', async () => {
    const election = new Election();
    await election.leader({ offsetMs: -3_600_000 });
    const standby = await election.leader({ offsetMs: 86_400_000 });
    await election.pass(600_000);
    expect(standby.events).toEqual([]);
    expect(election.holders).toEqual(['candidate-0']);
  });

  it('stands by while another renews as late as it may', async () => {
    const election = new Election();
    await election.leader();
    election.candidates[0]?.kill();
    const standby = await election.leader();
    for (let renewals = 0; renewals < 20; renewals += 1) {
      await election.pass(leaseMs - 100);
      election.store({ ...election.lease?.spec, renewTime: `renewal ${renewals}` });
    }
    expect(standby.events).toEqual([]);
  });

  it.each([-3_600_000, 0, 3_600_000])(
    'takes the lead of one that was killed by its own clock, which is %i ms off, within the lease and one look',
    async (offsetMs) => {
      const election = new Election();
      const leader = await election.leader();
      const standby = await election.leader({ offsetMs });
      await election.pass(60_000);
      leader.kill();
      const took = await election.until(() => standby.elector.leads);
      expect(took).toBeGreaterThanOrEqual(leaseMs - retryMs);
      expect(took).toBeLessThanOrEqual(leaseMs + retryMs);
      expect(election.lease?.spec).toMatchObject({ holderIdentity: 'candidate-1', leaseTransitions: 1 });
    },
  );

  it('waits a whole lease for a holder that it finds, however old the Lease says it is', async () => {
    const election = new Election();
    election.store({
      holderIdentity: 'gone',
      leaseDurationSeconds: 15,
      renewTime: '2020-01-01T00:00:00.000000Z',
    });
    const candidate = await election.leader();
    await election.pass(leaseMs - 100);
    expect(candidate.events).toEqual([]);
    await election.pass(100);
    expect(candidate.events).toEqual(['elected']);
  });

  it('waits as long as the holder asks for, but not for ever', async () => {
    const election = new Election();
    election.store({ holderIdentity: 'gone', leaseDurationSeconds: 40 });
    const candidate = await election.leader();
    expect(await election.until(() => candidate.elector.leads)).toBe(40_000);
    const other = new Election();
    other.store({ holderIdentity: 'gone', leaseDurationSeconds: 2 ** 31 - 1 });
    const patient = await other.leader();
    expect(await other.until(() => patient.elector.leads)).toBe(60_000);
  });

  it('takes what nobody holds at once; that somebody else emptied it does not mean that the work has ended', async () => {
    const election = new Election();
    election.store({ leaseDurationSeconds: 15, leaseTransitions: 7 });
    const candidate = await election.leader();
    expect(candidate.events).toEqual(['elected']);
    expect(candidate.elector.leads).toBe(true);
    expect(election.lease?.spec).toMatchObject({ leaseTransitions: 8 });
  });

  it('is one of two that find the same Lease free: the other stands by', async () => {
    const election = new Election();
    election.store({});
    const both = [election.candidate({ latencyMs: () => 20 }), election.candidate({ latencyMs: () => 20 })];
    for (const each of both) each.start();
    await election.pass(30_000);
    expect(both.filter(({ elector }) => elector.leads)).toHaveLength(1);
    expect(election.holders).toHaveLength(1);
    expect(both.map(({ elector }) => elector.problem())).toEqual([undefined, undefined]);
  });

  it('leads by its next look where its claim was stored and the answer to it lost', async () => {
    const election = new Election();
    const candidate = election.candidate();
    candidate.fault = 'AnswerLost';
    candidate.start();
    await election.pass(0);
    expect(candidate.elector.leads).toBe(false);
    candidate.fault = 'None';
    expect(await election.until(() => candidate.elector.leads)).toBeLessThanOrEqual(retryMs);
    expect(election.lease?.spec).toMatchObject({ leaseTransitions: 0 });
  });

  it('does not begin to lead by an answer that comes after its lead would be over', async () => {
    const election = new Election();
    const candidate = election.candidate({ latencyMs: () => renewDeadlineMs / 2 });
    candidate.start();
    await election.pass(60_000);
    expect(candidate.events).toEqual([]);
  });

  it('says what is wrong when it has not reached the Lease for as long as a lead lasts', async () => {
    const election = new Election();
    const candidate = election.candidate();
    candidate.fault = 'Refused';
    candidate.start();
    await election.pass(leaseMs - retryMs);
    expect(candidate.elector.problem()).toBeUndefined();
    await election.pass(2 * retryMs);
    expect(candidate.elector.problem()).toContain('no answer');
    candidate.fault = 'None';
    await election.pass(2 * retryMs);
    expect(candidate.elector.problem()).toBeUndefined();
    expect(candidate.elector.leads).toBe(true);
  });
});

describe('a leader', () => {
  it.each(['Refused', 'Hang'] as const)(
    'whose renewals are met with %s leads no longer than ten seconds after its last one was sent',
    async (fault) => {
      const election = new Election();
      const leader = await election.leader();
      await election.pass(9_000);
      leader.fault = fault;
      await election.pass(renewDeadlineMs - 1_001);
      expect(leader.elector.leads).toBe(true);
      await election.pass(1);
      expect(leader.elector.leads).toBe(false);
      expect(leader.events).toEqual(['elected', 'lost: the lead was not renewed in time']);
      expect(leader.elector.overdue()).toBe('the lead was not renewed in time');
      leader.fault = 'None';
      await election.pass(60_000);
      expect(leader.elector.leads).toBe(false);
    },
  );

  it('counts its lead from when a renewal was sent, not from when it was answered', async () => {
    const election = new Election();
    let latencyMs = 0;
    const leader = await election.leader({ latencyMs: () => latencyMs });
    latencyMs = 2_000;
    // Sent at 2 s and answered at 6 s; the next is sent at 8 s, and is not answered.
    await election.pass(7_000);
    leader.fault = 'Hang';
    await election.pass(4_900);
    expect(leader.elector.leads).toBe(true);
    await election.pass(200);
    expect(leader.elector.leads).toBe(false);
  });

  it('that was paused for longer does not lead when it wakes, before any of its timers has run', async () => {
    const election = new Election();
    const leader = await election.leader();
    const standby = await election.leader();
    await election.pass(5_000);
    leader.pause();
    await election.pass(leaseMs + 2 * retryMs);
    expect(standby.elector.leads).toBe(true);
    expect(leader.elector.leads).toBe(false);
    leader.resume();
    expect(leader.elector.leads).toBe(false);
    await election.pass(0);
    expect(leader.hasLost).toBe(true);
    expect(election.holders).toEqual(['candidate-0', 'candidate-1']);
  });

  it('goes on where something else of the Lease was changed, or the Lease was deleted', async () => {
    const election = new Election();
    const leader = await election.leader();
    election.touch();
    await election.pass(10_000);
    election.lease = undefined;
    await election.pass(60_000);
    expect(leader.events).toEqual(['elected']);
    expect(election.lease).toMatchObject({ spec: { holderIdentity: 'candidate-0' } });
  });

  it('has lost the lead as soon as it finds another in the Lease', async () => {
    const election = new Election();
    const leader = await election.leader();
    election.store({ ...election.lease?.spec, holderIdentity: 'somebody' });
    await election.pass(retryMs);
    expect(leader.events).toEqual(['elected', 'lost: somebody has taken the lead']);
  });

  it('tells from outside that its renewals hang, where not even its timers run', async () => {
    const election = new Election();
    const leader = await election.leader();
    expect(leader.elector.overdue()).toBeUndefined();
    leader.pause();
    await election.pass(renewDeadlineMs);
    expect(leader.elector.overdue()).toBe('the lead was not renewed in time');
  });

  it('that stops leaves the Lease free, and another takes it at its next look', async () => {
    const election = new Election();
    const leader = await election.leader();
    const standby = await election.leader();
    await election.pass(60_000);
    const stopped = leader.elector.stop();
    expect(leader.elector.leads).toBe(false);
    await stopped;
    expect(election.lease?.spec).toMatchObject({ leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(election.lease?.spec?.holderIdentity).toBeUndefined();
    expect(await election.until(() => standby.elector.leads)).toBeLessThanOrEqual(retryMs);
    expect(leader.events).toEqual(['elected']);
    expect(standby.events).toEqual(['elected to what was given up']);
  });

  it('that stops while the API server is away neither fails nor has lost the lead', async () => {
    const election = new Election();
    const leader = await election.leader();
    leader.fault = 'Refused';
    await leader.elector.stop();
    await election.pass(60_000);
    expect(leader.events).toEqual(['elected']);
  });
});

describe('a candidate that stops', () => {
  it('while its claim is under way leaves the Lease free and never leads', async () => {
    const election = new Election();
    const candidate = election.candidate({ latencyMs: () => 100 });
    candidate.start();
    await election.pass(250);
    const stopped = candidate.elector.stop();
    await election.pass(1_000);
    await stopped;
    expect(election.holders).toEqual(['candidate-0']);
    expect(election.lease?.spec?.holderIdentity).toBeUndefined();
    expect(candidate.events).toEqual([]);
  });

  it('leaves the Lease of another alone', async () => {
    const election = new Election();
    const leader = await election.leader();
    const standby = await election.leader();
    await standby.elector.stop();
    await election.pass(60_000);
    expect(leader.elector.leads).toBe(true);
    expect(election.holders).toEqual(['candidate-0']);
  });
});
