import type { Checkpoint, CheckpointReview, CheckpointStatus, ObjectMeta } from '../../crds/types.ts';
import { whyAsked } from '../decision/causes.ts';
import { approvalsFor, distinctPeople, toCounted } from '../decision/reviews.ts';
import type { ChannelRef } from '../model/channel-ref.ts';
import { deadlineOf, rfc3339 } from '../model/time.ts';
import { flattenContext } from './fields.ts';
import type { MessageView } from './message.ts';
import { needText, sentenceFor } from './wording.ts';

/**
 * The view of one checkpoint for one channel, from its object alone, so that any process can render it again.
 * It never depends on the present time: the same object gives the same message.
 */
export function viewOf(
  checkpoint: Checkpoint,
  { channel }: ChannelRef,
  counting: readonly CheckpointReview[],
): MessageView {
  const { metadata, spec, status = {} } = checkpoint;
  const approvals = counting.filter((review) => review.spec.verdict === 'Approve');
  return {
    ...objectOf(metadata),
    phase: phaseOf(status),
    channel,
    sentence: sentenceFor(checkpoint, status),
    action: spec.action,
    agent: spec.agent ?? '',
    requester: spec.requester?.username ?? '',
    ...(spec.summary ? { agentWords: spec.summary } : {}),
    fields: flattenContext(spec.context ?? {}),
    contextJson: JSON.stringify(spec.context ?? {}, undefined, 2),
    why: isOpen(status) ? whyAsked(status) : [],
    needs: (status.requirements ?? []).map((need) => needText(need, approvalsFor(need, approvals))),
    deadline: rfc3339(deadlineOf(checkpoint)),
    reviews: status.decision?.reviews ?? distinctPeople(counting).map(toCounted),
    ...(status.decision ? { decision: status.decision } : {}),
  };
}

function objectOf({ namespace = '', name, uid = '', creationTimestamp = '' }: ObjectMeta) {
  return { checkpoint: { namespace, name, uid }, createdAt: creationTimestamp };
}

/** A withdrawn checkpoint's last message. */
export function withdrawn(view: MessageView): MessageView {
  return { ...view, phase: 'Withdrawn' };
}

function isOpen({ decision, requirements }: CheckpointStatus): boolean {
  return decision === undefined && requirements !== undefined;
}

/** Nobody was asked where no requirements were fixed: then the message is only a log of what a rule decided. */
function phaseOf({ decision, requirements }: CheckpointStatus): MessageView['phase'] {
  if (decision === undefined) return 'Asking';
  return requirements === undefined ? 'Log' : 'Decided';
}
