import type { Checkpoint, CheckpointStatus, Condition, Notification } from '../../crds/types.ts';
import { joinError, withConditions } from '../decision/conditions.ts';
import type { ConditionDraft } from '../model/conditions.ts';
import type { Delivered, Delivery, MessageView, Undelivered } from './message.ts';

/** How long after the decision a message that cannot be brought to its end is given up. */
const FINISHING_MS = 3_600_000;

/** Whether nothing more is to be done about this message: it shows the end, or never will. */
export function isFinal({ state }: Notification): boolean {
  return state === 'Final';
}

/** Claims the next attempt, so that of two processes only one posts. What is wrong stands until an attempt succeeds. */
export function claimed(notification: Notification): Notification {
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
    lastError: joinError(delivery.reason, delivery.message),
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
  { reason, message }: Undelivered,
): Notification {
  return { ...rest, state: 'Failed', lastError: joinError(reason, message) };
}

/**
 * The status of a question whose message does not read as it was written: without the record of what it shows, the next
 * delivery writes it again. Undefined where that is under way, or where there is no such message.
 */
export function toBeShownAnew(
  checkpoint: Checkpoint,
  { channel, messageID }: { readonly channel: string; readonly messageID: string },
  now: Date,
): CheckpointStatus | undefined {
  const { notifications = [] } = checkpoint.status ?? {};
  const message = notifications.find((known) => known.channel === channel && known.messageID === messageID);
  if (message?.renderedHash === undefined || isFinal(message)) return undefined;
  const { renderedHash: _, storedHash: __, ...rest } = message;
  return withNotifications(
    checkpoint,
    notifications.map((known) => (known === message ? rest : known)),
    now,
  );
}
const BUSY =
  'More messages wait for this channel than Slack takes before the deadline, about one a second. ' +
  'Review it by kubectl, or send fewer questions to one channel.';

/** What cannot reach its channel in time says so while there is time for another way. */
export const slackBusy: Undelivered = { ok: false, reason: 'SlackBusy', message: BUSY };

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
