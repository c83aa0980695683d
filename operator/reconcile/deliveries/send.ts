import type { Checkpoint, Notification } from '../../../crds/types.ts';
import { withClaim } from '../../messages/delivery.ts';
import type { MessageView } from '../../messages/message.ts';
import { type ChatProvider, type Delivery, providerOf, type Undelivered } from '../../messages/provider.ts';
import { POST_WITHIN_MS } from '../../messages/timing.ts';
import { type ChannelRef, channelKey } from '../../model/channel-ref.ts';
import { deadlineOf } from '../../model/time.ts';
import type { Ports } from '../ports.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import type { QueuedMessage } from './queued-message.ts';
import { changeNotification, recordDelivery, statusWith } from './record.ts';
import { ASKING, type DeliverySchedule } from './schedule.ts';

/** What deliveries share: what was tried, and who may send next. */
export interface Deliveries {
  readonly ports: Ports;
  readonly attempts: AttemptMemory;
  readonly schedule: DeliverySchedule;
  /** Runs the pass of this checkpoint again. */
  deliverSoon(checkpoint: Checkpoint): void;
}

/** What came of one message; `Waits`: it has no turn yet, and is woken when it has. */
export interface Step {
  readonly checkpoint: Checkpoint;
  readonly lookAgainAt?: Date;
}

/** One message as it is, and as it should read. */
export interface Message {
  readonly checkpoint: Checkpoint;
  readonly notification: Notification;
  readonly view: MessageView;
}

/** Makes a message that exists show the view, when its turn has come. */
export async function update(
  deliveries: Deliveries,
  message: Message,
  messageID: string,
): Promise<Step | 'Waits'> {
  const { schedule } = deliveries;
  if (!schedule.hasTurn(queuedMessageFor(deliveries, message, 'Update'))) return 'Waits';
  return stepAfter(
    deliveries,
    message,
    await providerFor(deliveries, message).update(message.view, messageID),
  );
}

/**
 * Adds the message to its channel, when its turn has come. Between the claim and the call lies nothing that takes time.
 */
export async function post(deliveries: Deliveries, message: Message): Promise<Step | 'Waits'> {
  const { ports, attempts, schedule } = deliveries;
  const { view } = message;
  const provider = providerFor(deliveries, message);
  const queued = queuedMessageFor(deliveries, message, 'Post');
  if (!schedule.hasTurn(queued)) {
    if (view.phase === 'Asking' && schedule.isLate(queued))
      await recordDelivery(ports, message, provider.busy);
    return 'Waits';
  }
  const claim = await claimedNow(deliveries, message);
  if (claim === 'TooLate') return failed(deliveries, message, tooLate);
  const { checkpoint, notification } = claim;
  attempts.begun(checkpoint, notification, ports.now());
  const replaces = notification.renderedHash !== undefined;
  const delivery = await provider.post(view, { replaces });
  schedule.leave(queued.id);
  const isThere = delivery.ok || delivery.inDoubt ? 'Perhaps' : 'No';
  attempts.answered(checkpoint, notification, ports.now(), isThere);
  const step = await stepAfter(deliveries, claim, delivery);
  if (!delivery.ok || delivery.permalink !== undefined) return step;
  return linked(deliveries, { ...claim, checkpoint: step.checkpoint }, delivery.messageID);
}

/** An intent of a moment ago is a claim. Anything else is claimed by a write, which only one process wins. */
async function claimedNow({ ports, attempts }: Deliveries, message: Message): Promise<Message | 'TooLate'> {
  const { checkpoint, notification, view } = message;
  const begunAt = ports.now();
  if (attempts.takeIntent(checkpoint, notification, begunAt)) return message;
  const claim = withClaim(notification);
  const written = await ports.patchStatus(checkpoint, statusWith(checkpoint, claim, begunAt));
  attempts.noteClaim(written, claim, ports.now());
  if (ports.now().getTime() - begunAt.getTime() > POST_WITHIN_MS) return 'TooLate';
  return { checkpoint: written, notification: claim, view };
}

const tooLate: Undelivered = {
  ok: false,
  reason: 'ClaimTooSlow',
  message: 'The API server answered so slowly that another process may have taken over; nothing was posted.',
};

/** Where the link must be asked for: only now, so that whoever clicks at once finds the message on record. */
async function linked(deliveries: Deliveries, message: Message, messageID: string): Promise<Step> {
  const { ports } = deliveries;
  const permalink = await providerFor(deliveries, message).permalink(message.view.channel, messageID);
  if (permalink === undefined) return { checkpoint: message.checkpoint };
  const after = await changeNotification(ports, message, (current) =>
    current.messageID === messageID ? { ...current, permalink } : current,
  );
  return { checkpoint: after };
}

async function stepAfter(deliveries: Deliveries, message: Message, delivery: Delivery): Promise<Step> {
  if (!delivery.ok) return failed(deliveries, message, delivery);
  const checkpoint = await recordDelivery(deliveries.ports, message, delivery);
  deliveries.attempts.succeeded(checkpoint, message.notification);
  return { checkpoint };
}

/** What is wrong stands in the status; it is tried again where that can help. */
export async function failed(
  { ports, attempts }: Deliveries,
  message: Message,
  failure: Undelivered,
): Promise<Step> {
  const { notification } = message;
  const { retryAfterSeconds = 1 } = failure;
  if (failure.tooEarly) {
    const lookAgainAt = new Date(ports.now().getTime() + retryAfterSeconds * 1000);
    return { checkpoint: message.checkpoint, lookAgainAt };
  }
  const checkpoint = await recordDelivery(ports, message, failure);
  if (failure.hopeless) return { checkpoint };
  const lookAgainAt = attempts.failed(checkpoint, notification, ports.now(), retryAfterSeconds);
  return { checkpoint, lookAgainAt };
}

export function queuedMessageId({ metadata }: Checkpoint, channel: ChannelRef): string {
  return queuedMessageIdOf(metadata.uid, channelKey(channel));
}

/** `channel`: its key. */
export function queuedMessageIdOf(uid: string | undefined, channel: string): string {
  return `${uid} ${channel}`;
}

function providerFor({ ports }: Deliveries, { notification }: Message): ChatProvider {
  return providerOf(ports.providers, notification);
}

/** Buttons that lead nowhere go first, then what people wait for. */
const RANKS = {
  Update: { Decided: 0, Withdrawn: 0, Asking: 1, Log: 1 },
  Post: { Asking: ASKING, Decided: 1, Withdrawn: 1, Log: 1 },
} as const;

function queuedMessageFor(
  deliveries: Deliveries,
  { checkpoint, notification, view }: Message,
  kind: QueuedMessage['kind'],
): QueuedMessage {
  return {
    id: queuedMessageId(checkpoint, notification),
    kind,
    provider: notification.provider,
    channel: notification.channel,
    namespace: checkpoint.metadata.namespace ?? '',
    rank: RANKS[kind][view.phase],
    deadline: deadlineOf(checkpoint).getTime(),
    wake: () => deliveries.deliverSoon(checkpoint),
  };
}
