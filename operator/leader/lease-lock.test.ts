import { describe, expect, it } from 'vitest';
import { settle } from '../../test/support/eventually.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import type { KubeClient } from '../kube/client.ts';
import { leaseLock } from './lease-lock.ts';
import { TIMES } from './record.ts';

const REF = { namespace: 'approvalgate', name: 'approvalgate' };

describe('a call for the Lease', () => {
  it('that is not answered is given up after five seconds, also where it does not heed the signal', async () => {
    const timers = new ManualTimers();
    const signals: (AbortSignal | undefined)[] = [];
    const never = <T>(signal?: AbortSignal) => {
      signals.push(signal);
      return new Promise<T>(() => undefined);
    };
    const client: Pick<KubeClient, 'get' | 'create' | 'replace'> = {
      get: (_, __, signal) => never(signal),
      create: (_, __, signal) => never(signal),
      replace: (_, __, signal) => never(signal),
    };
    const lock = leaseLock(client, REF, timers);
    const calls = [lock.read(), lock.create({}), lock.update({ metadata: REF }, {})];
    const ends = Promise.allSettled(calls);
    timers.advance(TIMES.callMs - 1);
    await settle();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false, false]);
    timers.advance(1);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true]);
    await expect(calls[0]).rejects.toThrow('the API server did not answer in time');
  });
});
