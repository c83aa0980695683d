import type { Checkpoint, CheckpointReview, Decision } from '../../../crds/types.ts';
import { deadlineOf } from '../../../operator/model/time.ts';
import type { Asked } from './load.ts';

/** Of the design: a review may become readable this much after the deadline. */
const GRACE_MS = 2_000;

/** Everything that is known when nothing more is awaited. */
export interface Evidence {
  readonly asked: readonly Asked[];
  /** What the API server has in the end, by uid. */
  readonly stored: ReadonlyMap<string, Checkpoint>;
  readonly reviews: readonly CheckpointReview[];
  /** By uid: every decision that a watch has shown, and when it showed the first. */
  readonly seen: (
    uid: string,
  ) => { readonly decisions: ReadonlySet<string>; readonly decidedAt?: number } | undefined;
  /** By uid: every decision that the API server took. */
  readonly decisionsTaken: ReadonlyMap<string, readonly Decision[]>;
  /** By uid: how many messages stand in Slack about it. */
  readonly messages: ReadonlyMap<string, number>;
}

/** Names of checkpoints that a promise was broken for. */
export interface Faults {
  /** Stored by the API server's own answer, and not there or not decided in the end. */
  readonly lost: readonly string[];
  /** Decided twice, by the API server's audit log, or shown with two decisions. */
  readonly decidedTwice: readonly string[];
  /** With an end that it must not have. */
  readonly wrong: readonly string[];
  /** Asked for twice in Slack. */
  readonly askedTwice: readonly string[];
}

export function faultsOf(evidence: Evidence): Faults {
  const names = (broken: (asked: Asked, uid: string) => boolean): string[] =>
    evidence.asked
      .filter((asked) => broken(asked, uidOf(asked)))
      .map(({ checkpoint, shape }) => `${checkpoint.metadata.name} (${shape.kind})`);
  return {
    lost: names((_, uid) => evidence.stored.get(uid)?.status?.decision === undefined),
    decidedTwice: names(
      (_, uid) =>
        (evidence.decisionsTaken.get(uid)?.length ?? 0) > 1 || (evidence.seen(uid)?.decisions.size ?? 0) > 1,
    ),
    wrong: names((asked, uid) => {
      const decision = evidence.stored.get(uid)?.status?.decision;
      return decision !== undefined && !isRight(asked, decision, evidence.reviews);
    }),
    askedTwice: names((_, uid) => (evidence.messages.get(uid) ?? 0) > 1),
  };
}

/** A person's approval that was there before the deadline decides; without one the deadline does. */
function isRight(
  { shape, checkpoint }: Asked,
  { outcome, decisionTime }: { outcome: string; decisionTime: string },
  reviews: readonly CheckpointReview[],
): boolean {
  if (!shape.outcomes.some((each) => each === outcome)) return false;
  const deadline = deadlineOf(checkpoint).getTime();
  const isEarly = Date.parse(decisionTime) < deadline + GRACE_MS;
  if (shape.kind === 'by deadline') return !isEarly;
  if (shape.kind !== 'by review' && shape.kind !== 'by click') return true;
  const inTime = reviews.some(
    ({ spec, metadata }) =>
      spec.checkpoint.uid === checkpoint.metadata.uid &&
      Date.parse(metadata.creationTimestamp ?? '') < deadline,
  );
  return outcome === (inTime ? 'Approved' : 'TimedOut');
}

/** A person decided what a rule would have: its rules could not be proved to be in force for 30 s. */
export function askedInstead(asked: Asked, { stored }: Pick<Evidence, 'stored'>): boolean {
  return (
    asked.shape.kind === 'approved by rule' &&
    stored.get(uidOf(asked))?.status?.decision?.reason === 'PersonApproved'
  );
}

/** Milliseconds, sorted: from deadline and grace until a watch showed the time-out. */
export function lateness({ asked, seen }: Evidence): number[] {
  return sorted(
    asked
      .filter(({ shape }) => shape.kind === 'by deadline')
      .map(
        (each) =>
          (seen(uidOf(each))?.decidedAt ?? Number.NaN) - deadlineOf(each.checkpoint).getTime() - GRACE_MS,
      ),
  );
}

/** Milliseconds, sorted: from the answer to the agent until a watch showed what a rule decided. */
export function ruleLatency({ asked, seen }: Evidence): number[] {
  return sorted(
    asked
      .filter(({ shape }) => shape.kind === 'approved by rule' || shape.kind === 'denied by rule')
      .map((each) => Math.max(0, (seen(uidOf(each))?.decidedAt ?? Number.NaN) - each.answeredAt)),
  );
}

/** The smallest value that this share of all values does not exceed; `values` sorted. */
export function percentile(values: readonly number[], share: number): number | undefined {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)];
}

export function uidOf({ checkpoint }: Asked): string {
  return checkpoint.metadata.uid ?? '';
}

function sorted(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
}
