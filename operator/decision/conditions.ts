import { SCHEMA } from '../../crds/limits.ts';
import type { Checkpoint, CheckpointStatus, Decision, Notification } from '../../crds/types.ts';
import { CONDITION_TEXT, type ConditionDraft, stampConditions } from '../model/conditions.ts';
import { bounded } from '../model/text.ts';

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
 * channel, `before` stays: it says why.
 */
function notifiedCondition(
  asked: boolean,
  notifications: readonly Notification[],
  before?: ConditionDraft,
): ConditionDraft | undefined {
  if (notifications.length === 0) {
    return before ?? (asked ? notified('False', 'NoChannel', NO_CHANNEL) : undefined);
  }
  const failed = notifications.find(isUndelivered);
  if (failed?.lastError !== undefined) {
    const { reason, text } = splitError(failed.lastError);
    return notified('False', reason, `${failed.channel}: ${text}`);
  }
  if (notifications.some(({ state }) => state === 'Pending')) {
    return notified('False', 'Delivering', 'The message is on its way.');
  }
  return notified('True', 'Delivered', 'Every channel has the message.');
}

/** An error stands while it is tried again, and for good where no message ever came to the channel. */
function isUndelivered({ state, lastError, messageID, renderedHash }: Notification): boolean {
  const wasThere = messageID !== undefined || renderedHash !== undefined;
  return lastError !== undefined && !(state === 'Final' && wasThere);
}

const NO_CHANNEL =
  'No Slack channel is known: set notify.slack.channel in a rule, the annotation approvalgate.dev/slack-channel ' +
  "on the namespace, or the operator's default channel. Reviews by kubectl work all the same.";

/** Where the namespace names a channel that is none. */
export function invalidChannel(problem: string): ConditionDraft {
  return notified('False', 'InvalidChannel', problem);
}

/** Where there is no chat product, no channel would help. */
export function chatIsOff({
  reason,
  message,
}: {
  readonly reason: string;
  readonly message: string;
}): ConditionDraft {
  return notified('False', reason, message);
}

function notified(status: 'True' | 'False', reason: string, message: string): ConditionDraft {
  return { type: 'Notified', status, reason, message: bounded(message, CONDITION_TEXT) };
}

/** `lastError` is stored as `Reason: text`, so that the cause survives a restart. */
export function joinError(reason: string, text: string): string {
  return bounded(`${reason}: ${text}`, SCHEMA.Checkpoint.status.notifications.items.lastError.maxLength);
}

function splitError(lastError: string): { reason: string; text: string } {
  const [, reason, text] = /^([A-Z][A-Za-z0-9]*): (.*)$/su.exec(lastError) ?? [];
  return reason === undefined ? { reason: 'DeliveryFailed', text: lastError } : { reason, text: text ?? '' };
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
  const known = [...drafts, ...before].find(isNotified);
  const notified = notifiedCondition(status.requirements !== undefined, status.notifications ?? [], known);
  const conditions = stampConditions(notified === undefined ? others : [...others, notified], before, {
    now,
    generation: checkpoint.metadata.generation ?? 1,
  });
  return { ...status, conditions };
}

function isNotified({ type }: ConditionDraft): boolean {
  return type === 'Notified';
}
