import { LEASES } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Timers } from '../timers.ts';
import { type Lease, type LeaseSpec, TIMES } from './record.ts';

/** The object that the candidates share. @throws ApiError, or Error when there is no answer in time */
export interface LeaseLock {
  /** Undefined where there is none yet. */
  read(): Promise<Lease | undefined>;
  create(spec: LeaseSpec): Promise<Lease>;
  /** Refused with a conflict where the Lease is not the given one any more. */
  update(lease: Lease, spec: LeaseSpec): Promise<Lease>;
}

/** A Lease on the API server. No call takes longer than `TIMES.callMs`. */
export function leaseLock(
  client: Pick<KubeClient, 'get' | 'create' | 'replace'>,
  ref: { readonly namespace: string; readonly name: string },
  timers: Timers,
): LeaseLock {
  const metadata: ObjectMeta = { ...ref };
  return {
    read: () => within(timers, (signal) => client.get<Lease>(LEASES, ref, signal)),
    create: (spec) => {
      const lease = { apiVersion: `${LEASES.group}/${LEASES.version}`, kind: LEASES.kind, metadata, spec };
      return within(timers, (signal) => client.create<Lease>(LEASES, lease, signal));
    },
    update: (lease, spec) => {
      const changed: Lease = { ...lease, spec };
      return within(timers, (signal) => client.replace<Lease>(LEASES, changed, signal));
    },
  };
}

/** Gives a call up when it takes too long, whatever it makes of the signal: the next attempt must not wait for it. */
async function within<T>(timers: Timers, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = new Error('the API server did not answer in time');
  const cancel = timers.after(TIMES.callMs, () => late.abort(tooLate));
  const givenUp = new Promise<never>((_, reject) => {
    late.signal.addEventListener('abort', () => reject(tooLate));
  });
  try {
    return await Promise.race([call(late.signal), givenUp]);
  } finally {
    cancel();
  }
}
