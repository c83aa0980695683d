import { describe, expect, it } from 'vitest';
import { withApiServer } from '../support/api-server.ts';
import { allDecided, asking, candidate, decisions, leads, pair, untilLeads } from '../support/candidates.ts';
import { eventually } from '../support/eventually.ts';

const server = withApiServer();

/** The lead of who is gone is not taken before it is over by its holder's clock; what follows is for a busy machine. */
const EARLIEST_MS = 10_000;
const PATIENCE_MS = 90_000;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

describe('of two operators', () => {
  it('one decides; the other is ready, sees everything, and writes nothing', async () => {
    const { leader, standby } = await pair(server());
    const stop = asking(server());
    await eventually('some are decided', async () => ((await decisions(leader)) >= 20 ? true : undefined));
    const asked = await stop();
    await allDecided(server(), asked);
    expect(await decisions(leader)).toBe(asked.length);
    expect(await decisions(standby)).toBe(0);
    expect(await leads(standby)).toBe(false);
    // Whom the API server takes it for is asked by a POST.
    expect(standby.proxy.writes.filter((write) => !write.includes('selfsubjectreviews'))).toEqual([]);
    expect(await standby.operator.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await standby.operator.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  });

  it('the standby takes over when the leader is killed, and nothing that was asked is lost', async () => {
    const { leader, standby } = await pair(server());
    const stop = asking(server());
    await eventually('some are decided', async () => ((await decisions(leader)) >= 5 ? true : undefined));
    await leader.operator.kill();
    const took = await untilLeads(standby, PATIENCE_MS);
    expect(took).toBeGreaterThan(EARLIEST_MS);
    const asked = await stop();
    await allDecided(server(), asked);
    console.log(`the lead of a killed leader was taken after ${seconds(took)}`);
  });

  it('the standby takes over at once from a leader that is told to stop', async () => {
    const { leader, standby } = await pair(server());
    const stop = asking(server());
    await eventually('some are decided', async () => ((await decisions(leader)) >= 5 ? true : undefined));
    const stopped = leader.operator.stop();
    const took = await untilLeads(standby, PATIENCE_MS);
    await stopped;
    expect(await leader.operator.ended()).toBe(0);
    expect(took, 'not when the Lease expires').toBeLessThan(EARLIEST_MS);
    await allDecided(server(), await stop());
    console.log(`the lead of a stopped leader was taken after ${seconds(took)}`);
  });

  it('a leader that was paused until another leads ends when it wakes, and writes nothing', async () => {
    const { leader, standby } = await pair(server());
    const stop = asking(server());
    await eventually('some are decided', async () => ((await decisions(leader)) >= 5 ? true : undefined));
    leader.operator.suspend();
    const took = await untilLeads(standby, PATIENCE_MS);
    expect(took).toBeGreaterThan(EARLIEST_MS);
    const before = [...leader.proxy.writes];
    leader.operator.resume();
    expect(await leader.operator.ended()).toBe(1);
    expect(leader.proxy.writes.slice(before.length)).toEqual([]);
    await allDecided(server(), await stop());
    console.log(`the lead of a paused leader was taken after ${seconds(took)}`);
  });

  it('a leader that no longer reaches the API server ends, and the other takes over', async () => {
    const { leader, standby } = await pair(server());
    leader.proxy.begin('hang');
    expect(await leader.operator.ended()).toBe(1);
    await untilLeads(standby, PATIENCE_MS);
    const asked = await server().asked({ context: { amount: 12 } });
    await allDecided(server(), [asked]);
  });

  it('the leader leads on where the API server restarts', async () => {
    const { leader, standby } = await pair(server());
    await server().plane.restart();
    const asked = await server().asked({ context: { amount: 12 } });
    await allDecided(server(), [asked]);
    const both = [await leads(leader), await leads(standby)];
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it('one leads after the API server was away for longer than a lead lasts', async () => {
    const { leader, standby } = await pair(server());
    await server().plane.restart(EARLIEST_MS + 2_000);
    expect(await leader.operator.ended()).toBe(1);
    const asked = await server().asked({ context: { amount: 12 } });
    await untilLeads(standby, PATIENCE_MS);
    await allDecided(server(), [asked]);
  });

  it('a third stands by behind the second', async () => {
    const { leader, standby } = await pair(server());
    const third = await candidate(server());
    await leader.operator.stop();
    const eitherLeads = async () => ((await leads(standby)) || (await leads(third)) ? true : undefined);
    await eventually('one of both leads', eitherLeads, PATIENCE_MS);
    expect([await leads(standby), await leads(third)].filter(Boolean)).toHaveLength(1);
  });

  it('the leader leads on while no status that it writes is answered, however many wait', async () => {
    const leader = await candidate(server(), '--workers', '128');
    await untilLeads(leader);
    leader.proxy.begin('hangPatches');
    await Promise.all(Array.from({ length: 150 }, () => server().asked({ context: { amount: 12 } })));
    const begun = (write: string) => leader.proxy.writes.filter((each) => each.startsWith(write)).length;
    await eventually('many writes wait', async () => (begun('PATCH') >= 60 ? true : undefined));
    const renewals = begun('PUT');
    // Each takes two seconds, and five of them are longer than a lead lasts that is not renewed.
    await eventually('it leads on', async () => {
      expect(await leads(leader)).toBe(true);
      return begun('PUT') >= renewals + 8 ? true : undefined;
    });
    leader.proxy.end();
  });
});
