import type { Checkpoint, CheckpointStatus, Condition, Notification } from '../../crds/types.ts';
import { joinError } from './conditions.ts';
import { stampStatus } from './decide.ts';
import type { Delivery, MessageView } from './message.ts';

/** How long after the decision a message that cannot be brought to its end is given up. */
const FINISHING_MS = 3_600_000;

/** Whether nothing more is to be done about this message: it shows the end, or never will. */
export function isFinal({ state }: Notification): boolean {
  return state === 'Final';
}

/** Claims the next attempt, so that of two processes only one posts. */
export function claimed(notification: Notification): Notification {
  const { lastError: _, ...rest } = notification;
  return { ...rest, state: 'Pending', attempts: notification.attempts + 1 };
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
  const givenUp =
    decision !== undefined &&
    (delivery.lost === true || now.getTime() > Date.parse(decision.decisionTime) + FINISHING_MS);
  return {
    ...rest,
    state: givenUp ? 'Final' : 'Failed',
    lastError: joinError(delivery.reason, delivery.message),
  };
}

function shown(
  { storedHash: _, ...rest }: Notification,
  { messageID, permalink, renderedHash, storedHash }: Extract<Delivery, { ok: true }>,
  phase: MessageView['phase'],
): Notification {
  return {
    ...rest,
    state: phase === 'Asking' ? 'Sent' : 'Final',
    messageID,
    renderedHash,
    ...(storedHash ? { storedHash } : {}),
    ...(permalink ? { permalink } : {}),
  };
}

/** A question that somebody deleted in the chat. What it showed stays, as the trace of a message that was there. */
function toBePostedAnew(
  { messageID: _, permalink: __, storedHash: ___, ...rest }: Notification,
  { reason, message }: Extract<Delivery, { ok: false }>,
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

/** The status with other notifications: `Notified` follows them, and so does `settled` once decided. */
export function withNotifications(
  checkpoint: Checkpoint,
  notifications: readonly Notification[],
  now: Date,
): CheckpointStatus {
  const status: CheckpointStatus = { ...checkpoint.status, notifications: [...notifications] };
  if (status.decision !== undefined) status.settled = notifications.every(isFinal);
  return stampStatus(checkpoint, (status.conditions ?? []).map(toDraft), status, now);
}

function toDraft({ lastTransitionTime: _, ...draft }: Condition): Omit<Condition, 'lastTransitionTime'> {
  return draft;
}
