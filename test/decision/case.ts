import type { Checkpoint, CheckpointReview, CheckpointStatus, Identity } from '../../crds/types.ts';
import { decide, type Plan } from '../../operator/decision/decide.ts';
import type { Facts, Routing, RuleFreshness, RuleResult } from '../../operator/decision/facts.ts';
import type { ChannelRef } from '../../operator/model/channel-ref.ts';

/** One line of the corpus. All times are seconds after the checkpoint's creation. */
export interface Case {
  readonly name: string;
  readonly checkpoint?: Partial<Checkpoint['spec']>;
  /** The rules of an earlier first evaluation, one second after creation. */
  readonly asked?: readonly CaseRule[];
  /** Of the checkpoint; absent: 1. */
  readonly generation?: number;
  readonly rules?: readonly CaseRule[];
  readonly reviews?: readonly CaseReview[];
  readonly status?: CheckpointStatus;
  /** Since when, in seconds; absent: fresh. `Unproved`: since when that fails; -1 where it does not. */
  readonly freshness?: { readonly [state in 'Unlisted' | 'Unproved']?: number };
  readonly channel?: string;
  readonly channelProblem?: string;
  readonly after: number;
  readonly listedAfter?: number;
  readonly expect: Expectation;
}

interface CaseRule extends Partial<Omit<RuleResult, 'ruleRef' | 'channels'>> {
  readonly name: string;
  /** A channel of Slack. */
  readonly channel?: string;
  readonly cluster?: boolean;
  /** Stands for this many rules named `name-1` and so on; a `#` in the channel is their number. */
  readonly times?: number;
}

interface CaseReview {
  readonly by: string;
  readonly verdict: 'Approve' | 'Deny';
  readonly at: number;
  readonly groups?: readonly string[];
  /** Absent: yes. Unknown: the API server has not said. */
  readonly allowed?: boolean | 'Unknown';
  readonly uid?: string;
  readonly reason?: string;
}

export interface Expectation {
  readonly outcome?: string;
  readonly reason?: string;
  readonly by?: string;
  readonly message?: string;
  readonly reviews?: readonly string[];
  readonly requirements?: readonly object[];
  readonly channels?: readonly string[];
  readonly evaluations?: readonly string[];
  readonly messageErrors?: readonly string[];
  readonly settled?: boolean;
  readonly needs?: 'LiveReviews' | 'RuleProof' | 'Nothing';
  readonly lookAfter?: number;
  readonly conditions?: Readonly<Record<string, string>>;
  /** Why people are asked, as the message says. */
  readonly why?: readonly string[];
  /** How many causes that are. */
  readonly causes?: number;
}

const CREATED = Date.parse('2026-11-02T10:00:00Z');
const UID = '0b8c1c8e-2f6b-4f6e-9a53-6f0a3c5d7e11';

export function at(seconds: number): Date {
  return new Date(CREATED + seconds * 1000);
}

export function run(testCase: Case): Plan {
  return decide(factsOf(testCase, statusBefore(testCase)));
}

function statusBefore(testCase: Case): CheckpointStatus | undefined {
  if (testCase.asked === undefined) return testCase.status;
  const asked: Case = { name: testCase.name, rules: testCase.asked, after: 1, expect: {} };
  const plan = decide({
    ...factsOf(asked, undefined),
    checkpoint: checkpointOf({ ...testCase, generation: 1 }, undefined),
    routing: routingOf(testCase),
  });
  return { ...plan.status, ...testCase.status };
}

function factsOf(testCase: Case, status: CheckpointStatus | undefined): Facts {
  return {
    checkpoint: checkpointOf(testCase, status),
    ruleResults: (testCase.rules ?? []).flatMap(ruleResults),
    freshness: freshnessOf(testCase),
    reviews: (testCase.reviews ?? []).map((review, index) => ({
      review: reviewOf(review, index),
      allowed: review.allowed === 'Unknown' ? undefined : (review.allowed ?? true),
    })),
    routing: routingOf(testCase),
    ...(testCase.listedAfter === undefined ? {} : { reviewsListedAt: at(testCase.listedAfter) }),
    now: at(testCase.after),
  };
}

function routingOf({ channel, channelProblem: problem }: Case): Routing {
  const defaults = channel ? [inSlack(channel)] : [];
  return { defaults, noneKnown: 'No channel is known.', ...(problem ? { problem } : {}) };
}

function inSlack(channel: string): ChannelRef {
  return { provider: 'Slack', channel };
}

function freshnessOf({ freshness }: Case): RuleFreshness {
  const [known] = Object.entries(freshness ?? {});
  if (known === undefined) return { state: 'Fresh' };
  const [state, since] = known as ['Unlisted' | 'Unproved', number];
  if (state !== 'Unproved') return { state, since: at(since) };
  return { state, ...(since < 0 ? {} : { failingSince: at(since) }) };
}

function checkpointOf(
  { checkpoint, generation = 1 }: Case,
  status: CheckpointStatus | undefined,
): Checkpoint {
  return {
    metadata: {
      name: 'refund',
      namespace: 'shop',
      uid: UID,
      generation,
      resourceVersion: '7',
      creationTimestamp: '2026-11-02T10:00:00Z',
    },
    spec: {
      action: 'process_refund',
      agent: 'refund-bot',
      timeoutSeconds: 600,
      requester: { username: 'ada', groups: ['agents'] },
      ...checkpoint,
    },
    ...(status === undefined ? {} : { status }),
  };
}

function ruleResults({ name, cluster = false, times, channel, ...rest }: CaseRule): RuleResult[] {
  const names = times === undefined ? [name] : Array.from({ length: times }, (_, i) => `${name}-${i + 1}`);
  return names.map((each, index) => ({
    ruleRef: { kind: cluster ? 'ClusterCheckpointRule' : 'CheckpointRule', name: each },
    generation: 1,
    result: 'Matched',
    decision: 'AutoApprove',
    mode: 'Enforce',
    onError: 'Ask',
    channels: channel ? [inSlack(channel.replace('#', String(index + 1)))] : [],
    ...rest,
  }));
}

function reviewOf(review: CaseReview, index: number): CheckpointReview {
  const reviewer: Identity = { username: review.by, groups: [...(review.groups ?? [])] };
  return {
    metadata: {
      name: `review-${index + 1}`,
      namespace: 'shop',
      creationTimestamp: at(review.at).toISOString().replace('.000Z', 'Z'),
    },
    spec: {
      checkpoint: { name: 'refund', uid: review.uid ?? UID },
      verdict: review.verdict,
      reviewer,
      ...(review.reason ? { reason: review.reason } : {}),
    },
  };
}
