import type { Checkpoint, CheckpointStatus, Condition, Notification } from '../../crds/types.ts';
import { withConditions } from '../decision/conditions.ts';
import { type MessageRef, notificationFor } from '../model/channel-ref.ts';
import type { ConditionDraft } from '../model/conditions.ts';
import { printDeliveryError } from '../model/delivery-error.ts';
import type { MessageView } from './message.ts';
import type { Delivered, Delivery, Undelivered } from './provider.ts';

/** How long after the decision a message that cannot be brought to its end is given up. */
const FINISHING_MS = 3_600_000;

/** Whether nothing more is to be done about this message: it shows the end, or never will. */
export function isFinal({ state }: Notification): boolean {
  return state === 'Final';
}

/** Claims the next attempt, so that of two processes only one posts. What is wrong stands until an attempt succeeds. */
export function withClaim(notification: Notification): Notification {
  return { ...notification, state: 'Pending', attempts: notification.attempts + 1 };
}

/** A message that an earlier attempt left in the channel unrecorded; what it shows is not known. */
export function adopted(notification: Notification, messageID: string): Notification {
  const { storedHash: _, ...rest } = notification;
  return { ...rest, messageID };
}

/** A message that shows already what it should. */
export function upToDate({ lastError: _, ...rest }: Notification, phase: MessageView['phase']): Notification {
  return { ...rest, state: stateOf(phase) };
}

function stateOf(phase: MessageView['phase']): Notification['state'] {
  return phase === 'Asking' ? 'Sent' : 'Final';
}

/**
 * What the record of a message becomes by one attempt. `phase` is what the attempt showed: the object may have been
 * decided meanwhile, and then the message still has to be brought to its end.
 */
export function delivered(
  { status = {} }: Checkpoint,
  before: Notification,
  { delivery, phase }: { readonly delivery: Delivery; readonly phase: MessageView['phase'] },
  now: Date,
): Notification {
  const { lastError: _, ...rest } = before;
  const { decision } = status;
  if (delivery.ok) return shown(rest, delivery, phase);
  if (delivery.lost === true && decision === undefined) return toBePostedAnew(rest, delivery);
  const isVain = delivery.lost === true || delivery.hopeless === true;
  const givenUp =
    decision !== undefined && (isVain || now.getTime() > Date.parse(decision.decisionTime) + FINISHING_MS);
  return {
    ...rest,
    state: givenUp ? 'Final' : 'Failed',
    lastError: printDeliveryError(delivery),
  };
}

function shown(
  { storedHash: _, ...rest }: Notification,
  { messageID, permalink, renderedHash, storedHash }: Delivered,
  phase: MessageView['phase'],
): Notification {
  return {
    ...rest,
    state: stateOf(phase),
    messageID,
    renderedHash,
    ...(storedHash ? { storedHash } : {}),
    ...(permalink ? { permalink } : {}),
  };
}

/** A question that somebody deleted in the chat. What it showed stays, as the trace of a message that was there. */
function toBePostedAnew(
  { messageID: _, permalink: __, storedHash: ___, ...rest }: Notification,
  failure: Undelivered,
): Notification {
  return { ...rest, state: 'Failed', lastError: printDeliveryError(failure) };
}

/**
 * The status of a question whose message does not read as it was written: without the record of what it shows, the next
 * delivery writes it again. Undefined where that is under way, or where there is no such message.
 */
export function toBeShownAnew(
  checkpoint: Checkpoint,
  at: MessageRef,
  now: Date,
): CheckpointStatus | undefined {
  const { notifications = [] } = checkpoint.status ?? {};
  const message = notificationFor(checkpoint, at);
  if (message?.messageID !== at.messageID || isFinal(message)) return undefined;
  if (message.renderedHash === undefined) return undefined;
  const { renderedHash: _, storedHash: __, ...rest } = message;
  return withNotifications(
    checkpoint,
    notifications.map((known) => (known === message ? rest : known)),
    now,
  );
}

/** The status with other notifications: `Notified` follows them, and so does `settled` once decided. */
export function withNotifications(
  checkpoint: Checkpoint,
  notifications: readonly Notification[],
  now: Date,
): CheckpointStatus {
  const status: CheckpointStatus = { ...checkpoint.status, notifications: [...notifications] };
  if (status.decision !== undefined) status.settled = notifications.every(isFinal);
  return withConditions({ checkpoint, now }, (status.conditions ?? []).map(toDraft), status);
}

function toDraft({ lastTransitionTime: _, ...draft }: Condition): ConditionDraft {
  return draft;
}
