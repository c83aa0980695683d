import { createHash, randomUUID } from 'node:crypto';
import { API_VERSION, CHECKPOINT_REVIEWS, CHECKPOINTS, REVIEWER_IDENTITIES } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview, ReviewerIdentity, Verdict } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import { type ApiError, isAlreadyExists, isForbidden, isInvalid } from '../kube/api-error.ts';
import { AtOnce } from '../kube/at-once.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { Click, ClickResult } from '../messages/click.ts';
import { isSamePerson } from '../model/person.ts';
import { APPROVER_ROLE, mayReview, VERBS } from './authorization.ts';

export interface RecordDeps {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'subjectAccessReview'>;
  readonly log: Logger;
  now(): Date;
}

/**
 * How many verdicts are recorded at once. A review that is created waits at the API server for the webhook, which reads
 * the checkpoint there by the same account. The API server gives an account so many places at once (its priority and
 * fairness), and reviews that took them all would wait for reads that wait for them.
 */
const AT_ONCE = 16;

/** Records clicks in the order in which they come, a few at once. Never throws. */
export function recorder(deps: RecordDeps): (click: Click) => Promise<ClickResult> {
  const atOnce = new AtOnce(AT_ONCE);
  return (click) => atOnce.run(() => recordClick(deps, click));
}

/**
 * Turns a click into a stored review, which the reconciler then counts like any other.
 *
 * Flow: live identity → right → create, where the webhook reads the checkpoint live; only where it refuses is it read here.
 * Guarantees: grants nothing that RBAC does not; a second delivery of the same click, here or on another replica, finds
 * the review there. Never throws.
 */
async function recordClick(deps: RecordDeps, click: Click): Promise<ClickResult> {
  const { metadata } = click.checkpoint;
  try {
    return endOf(click.checkpoint, metadata.uid, deps.now()) ?? (await recordFor(deps, click));
  } catch (error) {
    const { namespace, name, uid } = metadata;
    deps.log.warn(
      { checkpoint: { namespace, name, uid }, error: toError(error).message },
      'could not record a verdict',
    );
    return { outcome: 'Failed', message: 'The API server did not take the review. Try again in a moment.' };
  }
}

/** Why the object of this uid cannot be answered any more, if so. */
function endOf(
  checkpoint: Checkpoint | undefined,
  uid: string | undefined,
  now: Date,
): ClickResult | undefined {
  if (checkpoint === undefined || checkpoint.metadata.uid !== uid) return { outcome: 'Gone' };
  const { decision, deadline } = checkpoint.status ?? {};
  if (decision !== undefined) return { outcome: 'AlreadyDecided', decision };
  return deadline !== undefined && now >= new Date(deadline) ? { outcome: 'Expired', deadline } : undefined;
}

async function recordFor(deps: RecordDeps, click: Click): Promise<ClickResult> {
  const { account, checkpoint } = click;
  const { metadata, spec } = checkpoint;
  const identity = await deps.client.get<ReviewerIdentity>(REVIEWER_IDENTITIES, { name: account.identity });
  const isThere = identity !== undefined && identity.metadata.deletionTimestamp === undefined;
  if (!isThere || !account.isLinkedBy(identity)) {
    return { outcome: 'NotLinked', manifest: account.linkingManifest() };
  }
  const { username, groups = [] } = identity.spec;
  if (isSamePerson(username, spec.requester?.username ?? '')) {
    return { outcome: 'SelfReview', username };
  }
  const { namespace = '' } = metadata;
  if (!(await mayReview(deps.client, { username, groups }, click.verdict, namespace))) {
    return { outcome: 'NotAllowed', username, verb: VERBS[click.verdict], role: APPROVER_ROLE, namespace };
  }
  return create(deps, click, reviewOf(click, { username, groups }));
}

async function create(deps: RecordDeps, click: Click, review: CheckpointReview): Promise<ClickResult> {
  try {
    await deps.client.create(CHECKPOINT_REVIEWS, review);
    return { outcome: 'Recorded' };
  } catch (error) {
    if (isAlreadyExists(error)) return recordBesideOther(deps, review);
    if (isForbidden(error) || isInvalid(error)) return refusedAs(deps, click, error as ApiError);
    throw error;
  }
}

/**
 * A review of this name is there: this very verdict, or one that somebody else stored under the name to keep this
 * person from being heard. The latter must not succeed, so the verdict then gets a name that nobody can foresee.
 */
async function recordBesideOther({ client }: RecordDeps, review: CheckpointReview): Promise<ClickResult> {
  const there = await client.get<CheckpointReview>(CHECKPOINT_REVIEWS, review.metadata);
  const same =
    there?.spec.reviewer?.username === review.spec.reviewer?.username &&
    there?.spec.verdict === review.spec.verdict &&
    there?.spec.checkpoint.uid === review.spec.checkpoint.uid;
  if (same) return { outcome: 'AlreadyRecorded' };
  const metadata = { ...review.metadata, name: nameFor(review.spec.via?.type, randomUUID()) };
  await client.create(CHECKPOINT_REVIEWS, { ...review, metadata });
  return { outcome: 'Recorded' };
}

/** Admission refused: the checkpoint may have ended since the watch showed it; otherwise the answer's own words say why. */
async function refusedAs(deps: RecordDeps, click: Click, error: ApiError): Promise<ClickResult> {
  const { namespace = '', name, uid } = click.checkpoint.metadata;
  const end = endOf(await deps.client.get<Checkpoint>(CHECKPOINTS, { namespace, name }), uid, deps.now());
  if (end !== undefined) return end;
  deps.log.warn({ checkpoint: { namespace, name, uid }, error: error.message }, 'a verdict was refused');
  return { outcome: 'Failed', message: `The API server refused the review: ${error.message.slice(0, 500)}` };
}

function reviewOf(
  { checkpoint, verdict, reason, via }: Click,
  reviewer: { username: string; groups: string[] },
): CheckpointReview {
  const { namespace = '', name, uid = '' } = checkpoint.metadata;
  return {
    apiVersion: API_VERSION,
    kind: 'CheckpointReview',
    metadata: {
      namespace,
      name: reviewName(via.type, { uid, username: reviewer.username, verdict }),
      ownerReferences: [{ apiVersion: API_VERSION, kind: 'Checkpoint', name, uid }],
    },
    spec: {
      checkpoint: { name, uid },
      verdict,
      ...(reason ? { reason } : {}),
      reviewer,
      via,
    },
  };
}

/** The same person's same verdict on the same object, by clicks in one chat product, has one name on every replica. */
export function reviewName(
  type: Click['via']['type'],
  { uid, username, verdict }: { readonly uid: string; readonly username: string; readonly verdict: Verdict },
): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([uid, username, verdict]))
    .digest('hex');
  return nameFor(type, hash.slice(0, 40));
}

function nameFor(type: Click['via']['type'] = 'Kubernetes', suffix: string): string {
  return `${type.toLowerCase()}-${suffix}`;
}
