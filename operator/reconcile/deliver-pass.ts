import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint, CheckpointStatus, Notification } from '../../crds/types.ts';
import { claimed, delivered, isFinal, withNotifications } from '../decision/delivery.ts';
import type { Delivery, MessageView } from '../decision/message.ts';
import { countingReviews } from '../decision/reviews.ts';
import { viewOf } from '../decision/view.ts';
import { isConflict } from '../kube/api-error.ts';
import { type Attempts, POST_WITHIN_MS } from './attempts.ts';
import { keyOf, type Ports } from './ports.ts';
import { PassRights } from './rights.ts';

/** What a delivery pass leaves: when the next attempt is due, if one is. */
export interface DeliveryResult {
  readonly lookAgainAt?: Date;
}

/**
 * Brings every channel of one checkpoint to what its object says.
 *
 * Flow: for each message that is due: claim the attempt by a write → call the chat product → record what came of it.
 * Guarantees: of two processes that try at once only one wins the claim and posts; a post whose answer was lost is
 * searched for before the next; what is known of a posted message is recorded even if a decision is written meanwhile.
 * Caveat: an update of a message that exists needs no claim, because repeating it changes nothing.
 */
export async function deliverPass(
  ports: Ports,
  attempts: Attempts,
  checkpoint: Checkpoint,
): Promise<DeliveryResult> {
  let current = checkpoint;
  const due: Date[] = [];
  for (const { channel } of checkpoint.status?.notifications ?? []) {
    const step = await deliverOne(ports, attempts, current, channel);
    current = step.checkpoint;
    if (step.lookAgainAt !== undefined) due.push(step.lookAgainAt);
  }
  if (due.length === 0) return {};
  return { lookAgainAt: new Date(Math.min(...due.map((instant) => instant.getTime()))) };
}

interface Step {
  readonly checkpoint: Checkpoint;
  readonly lookAgainAt?: Date;
}

async function deliverOne(
  ports: Ports,
  attempts: Attempts,
  checkpoint: Checkpoint,
  channel: string,
): Promise<Step> {
  const notification = notificationFor(checkpoint, channel);
  if (notification === undefined || isFinal(notification)) return { checkpoint };
  const dueAt = attempts.dueAt(checkpoint, notification, ports.now());
  if (dueAt > ports.now()) return { checkpoint, lookAgainAt: dueAt };
  const view = await currentView(ports, checkpoint, channel);
  const begunAt = ports.now().getTime();
  const mayPost = (): boolean => ports.now().getTime() - begunAt < POST_WITHIN_MS;
  if (notification.messageID !== undefined || attempts.takeIntent(checkpoint, notification, ports.now())) {
    return attempt(ports, attempts, { checkpoint, view, notification, searchFirst: false, mayPost });
  }
  const claim = claimed(notification);
  const written = await ports.patchStatus(checkpoint, statusWith(checkpoint, claim, ports.now()));
  return attempt(ports, attempts, {
    checkpoint: written,
    view,
    notification: claim,
    searchFirst: true,
    mayPost,
  });
}

interface Attempt {
  readonly checkpoint: Checkpoint;
  readonly view: MessageView;
  readonly notification: Notification;
  readonly searchFirst: boolean;
  mayPost(): boolean;
}

async function attempt(ports: Ports, attempts: Attempts, task: Attempt): Promise<Step> {
  const { checkpoint, view, notification, searchFirst, mayPost } = task;
  const { channel, messageID, renderedHash, storedHash } = notification;
  const delivery = await ports.notifier.deliver(view, {
    ...(messageID ? { messageID } : {}),
    ...(renderedHash ? { renderedHash } : {}),
    ...(storedHash ? { storedHash } : {}),
    searchFirst,
    replaces: messageID === undefined && renderedHash !== undefined,
    mayPost,
  });
  const after = await record(ports, checkpoint, view, delivery);
  if (delivery.ok) {
    attempts.succeeded(checkpoint, channel);
    return { checkpoint: after };
  }
  const dueAt = attempts.failed(checkpoint, notification, ports.now(), delivery.retryAfterSeconds);
  return { checkpoint: after, lookAgainAt: dueAt };
}

async function currentView(ports: Ports, checkpoint: Checkpoint, channel: string): Promise<MessageView> {
  const reviews = checkpoint.status?.decision ? [] : ports.cachedReviews(checkpoint);
  return viewOf(
    checkpoint,
    channel,
    countingReviews(checkpoint, await new PassRights(ports, checkpoint).of(reviews)),
  );
}

/** Records an attempt on whatever the object has become meanwhile; what was posted must never be forgotten. */
async function record(
  ports: Ports,
  checkpoint: Checkpoint,
  view: MessageView,
  delivery: Delivery,
): Promise<Checkpoint> {
  let current: Checkpoint | undefined = checkpoint;
  while (current !== undefined && current.metadata.uid === view.checkpoint.uid) {
    const before = notificationFor(current, view.channel);
    if (before === undefined) return current;
    const after = delivered(current, before, { delivery, phase: view.phase }, ports.now());
    if (isDeepStrictEqual(after, before)) return current;
    const written = await tryWrite(ports, current, statusWith(current, after, ports.now()));
    if (written !== 'Conflict') return written;
    current = await ports.read(keyOf(checkpoint));
  }
  return checkpoint;
}

async function tryWrite(
  ports: Ports,
  before: Checkpoint,
  status: CheckpointStatus,
): Promise<Checkpoint | 'Conflict'> {
  try {
    const after = await ports.patchStatus(before, status);
    ports.written(before, after);
    return after;
  } catch (error) {
    if (isConflict(error)) return 'Conflict';
    throw error;
  }
}

function notificationFor({ status }: Checkpoint, channel: string): Notification | undefined {
  return status?.notifications?.find((notification) => notification.channel === channel);
}

function statusWith(checkpoint: Checkpoint, changed: Notification, now: Date): CheckpointStatus {
  const others = checkpoint.status?.notifications ?? [];
  const all = others.map((other) => (other.channel === changed.channel ? changed : other));
  return withNotifications(checkpoint, all, now);
}
