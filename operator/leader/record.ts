import { isDeepStrictEqual } from 'node:util';
import type { ObjectMeta } from '../../crds/types.ts';
import { microTime } from '../kube/micro-time.ts';

/** The Lease by which a leader is elected, in the operator's own namespace. */
export const ELECTION_LEASE = 'approvalgate';

/** What a Lease says of an election; its other fields are not ours. Times are `MicroTime`: six digits of a second. */
export interface LeaseSpec {
  /** Absent: nobody leads. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often another candidate has taken the lead. */
  readonly leaseTransitions?: number;
}

export interface Lease {
  readonly metadata: ObjectMeta;
  readonly spec?: LeaseSpec;
}

/**
 * The times of an election in milliseconds, client-go's defaults. Source: `LeaderElectionConfig` of
 * `k8s.io/client-go/tools/leaderelection`. A leader stops by its own clock before anybody else may begin by theirs;
 * clocks that are off do no harm, clocks that run at rates of more than `leaseMs / renewDeadlineMs` apart do.
 */
export const TIMES = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, callMs: 5_000 } as const;

/** A holder that asks for more is taken for gone after this all the same. */
const LONGEST_LEASE_MS = 60_000;

/** As client-go: for candidates that wait even though nobody holds it. */
const GIVEN_UP_SECONDS = 1;

/** A Lease as a candidate saw it, and since when it has been so, by the candidate's own clock. */
export interface ObservedLease {
  readonly lease: Lease;
  readonly since: number;
}

/** What was seen before counts on as long as nothing changed. The times within the Lease are of another clock. */
export function observe(before: ObservedLease | undefined, lease: Lease, now: number): ObservedLease {
  return before !== undefined && isDeepStrictEqual(before.lease, lease) ? before : { lease, since: now };
}

/** Undefined where nobody leads. */
export function holderOf({ spec }: Lease): string | undefined {
  return spec?.holderIdentity || undefined;
}

/** Whether its last holder gave it up by itself, when its work had ended. */
export function isGivenUp(lease: Lease): boolean {
  return holderOf(lease) === undefined && lease.spec?.leaseDurationSeconds === GIVEN_UP_SECONDS;
}

/** When whoever holds the Lease may be taken for gone, by the observer's clock; at once where nobody holds it. */
export function expiresAt({ lease, since }: ObservedLease): number {
  if (holderOf(lease) === undefined) return since;
  const askedMs = Math.min((lease.spec?.leaseDurationSeconds ?? 0) * 1000, LONGEST_LEASE_MS);
  return since + Math.max(TIMES.leaseMs, askedMs);
}

/** The Lease with this candidate as its holder, as of `now`; `before` as the candidate saw it, if there was one. */
export function held(before: Lease | undefined, identity: string, now: Date): LeaseSpec {
  const time = microTime(now);
  const common = {
    holderIdentity: identity,
    leaseDurationSeconds: TIMES.leaseMs / 1000,
    renewTime: time,
  };
  if (before === undefined) return { ...common, acquireTime: time, leaseTransitions: 0 };
  const { acquireTime = time, leaseTransitions = 0 } = before.spec ?? {};
  return holderOf(before) === identity
    ? { ...common, acquireTime, leaseTransitions }
    : { ...common, acquireTime: time, leaseTransitions: leaseTransitions + 1 };
}

/** The Lease that nobody holds any more: the next candidate that looks at it takes it. */
export function released({ spec }: Lease, now: Date): LeaseSpec {
  const time = microTime(now);
  return {
    leaseDurationSeconds: GIVEN_UP_SECONDS,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: spec?.leaseTransitions ?? 0,
  };
}
