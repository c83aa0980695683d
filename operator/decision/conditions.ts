import type { Checkpoint, CheckpointStatus, Decision, Notification } from '../../crds/types.ts';
import { wasDelivered } from '../model/channel-ref.ts';
import { CONDITION_TEXT, type ConditionDraft, stampConditions } from '../model/conditions.ts';
import { parseDeliveryError } from '../model/delivery-error.ts';
import { bounded } from '../model/text.ts';
import type { Routing } from './facts.ts';

/** Why a checkpoint is not decided yet. */
export type PendingReason = 'AwaitingReview' | 'AwaitingRules';

/**
 * The whole condition list, so that what no longer holds is gone.
 * GitOps tools read Reconciling as in progress and Stalled as failed; an approved checkpoint has neither.
 */
export function pendingConditions(reason: PendingReason, message: string): ConditionDraft[] {
  const text = bounded(message, CONDITION_TEXT);
  return [
    { type: 'Decided', status: 'False', reason, message: text },
    { type: 'Reconciling', status: 'True', reason, message: text },
  ];
}

export function decidedConditions({ outcome, reason, message = '' }: Decision): ConditionDraft[] {
  const text = bounded(message, CONDITION_TEXT);
  const approved = outcome === 'Approved';
  return [
    { type: 'Decided', status: 'True', reason, message: text },
    { type: 'Approved', status: approved ? 'True' : 'False', reason, message: text },
    ...(approved ? [] : [{ type: 'Stalled', status: 'True', reason, message: text } as const]),
  ];
}

/**
 * Absent where nobody had to be told. A failed channel names its cause; the others may still have it. Where there is no
 * channel, `whyNone` says why.
 */
function notifiedCondition(
  notifications: readonly Notification[],
  whyNone: ConditionDraft | undefined,
): ConditionDraft | undefined {
  if (notifications.length === 0) return whyNone;
  const failed = notifications.find(isUndelivered);
  if (failed?.lastError !== undefined) {
    const { reason, message } = parseDeliveryError(failed.lastError);
    return notified('False', reason, `${failed.channel}: ${message}`);
  }
  if (notifications.some(({ state }) => state === 'Pending')) {
    return notified('False', 'Delivering', 'The message is on its way.');
  }
  return notified('True', 'Delivered', 'Every channel has the message.');
}

/** An error stands while it is tried again, and for good where no message ever came to the channel. */
function isUndelivered(notification: Notification): boolean {
  return (
    notification.lastError !== undefined && !(notification.state === 'Final' && wasDelivered(notification))
  );
}

/** Why no message is to come, of people who are asked. */
export function noRoute({ off, problem, noneKnown }: Routing): ConditionDraft {
  if (off !== undefined) return notified('False', off.reason, off.message);
  return problem === undefined ? noChannel(noneKnown) : invalidChannel(problem);
}

/** Where the namespace names a channel that is none. */
export function invalidChannel(problem: string): ConditionDraft {
  return notified('False', 'InvalidChannel', problem);
}

export function noChannel(noneKnown: string): ConditionDraft {
  return notified('False', 'NoChannel', noneKnown);
}

/** Where the rules that ask want no message. */
export function notAnnounced(): ConditionDraft {
  return notified(
    'False',
    'NotAnnounced',
    'The rules that ask want no message about this: review by kubectl.',
  );
}

function notified(status: 'True' | 'False', reason: string, message: string): ConditionDraft {
  return { type: 'Notified', status, reason, message: bounded(message, CONDITION_TEXT) };
}

/**
 * `status` with these conditions and no other, stamped. `Notified` follows the notifications; a draft of it, or else what
 * stands in the checkpoint, says why there are none.
 */
export function withConditions(
  { checkpoint, now }: { readonly checkpoint: Checkpoint; readonly now: Date },
  drafts: readonly ConditionDraft[],
  status: CheckpointStatus,
): CheckpointStatus {
  const before = checkpoint.status?.conditions ?? [];
  const others = drafts.filter((draft) => !isNotified(draft));
  const whyNone = [...drafts, ...before].find(isNotified);
  const notified = notifiedCondition(status.notifications ?? [], whyNone);
  const conditions = stampConditions(notified === undefined ? others : [...others, notified], before, {
    now,
    generation: checkpoint.metadata.generation ?? 1,
  });
  return { ...status, conditions };
}

export function isNotified({ type }: Pick<ConditionDraft, 'type'>): boolean {
  return type === 'Notified';
}
