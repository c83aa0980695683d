import type { Checkpoint } from '../../../crds/types.ts';
import { countingReviews } from '../../decision/reviews.ts';
import { adopted, isFinal, upToDate } from '../../messages/delivery.ts';
import type { MessageView } from '../../messages/message.ts';
import { providerOf } from '../../messages/provider.ts';
import { viewOf } from '../../messages/view.ts';
import { type ChannelRef, notificationFor } from '../../model/channel-ref.ts';
import { PassRights } from '../authorization.ts';
import type { Ports } from '../ports.ts';
import { changeNotification } from './record.ts';
import { type Deliveries, failed, type Message, post, queuedMessageId, type Step, update } from './send.ts';

/** What a delivery pass leaves: when the next attempt is due, if one is. */
interface DeliveryResult {
  readonly lookAgainAt?: Date;
}

/**
 * Brings every channel of one checkpoint to what its object says.
 *
 * Flow: for each message that is due: ask whether the channel takes messages → look for a post that was not heard of →
 * wait in line → claim by a write → post at once → record what came of it. Nothing waits inside: a pass that has no turn
 * ends, and is run again when its turn has come.
 * Guarantees: of two processes that try at once only one wins the claim and posts; a post that may be there is looked for
 * before the next; what is known of a posted message is recorded even if a decision is written meanwhile; an attempt
 * that comes to the same writes nothing.
 * Caveat: an update of a message that exists needs no claim, because repeating it changes nothing.
 */
export async function deliverPass(deliveries: Deliveries, checkpoint: Checkpoint): Promise<DeliveryResult> {
  let current = checkpoint;
  const due: Date[] = [];
  for (const channel of checkpoint.status?.notifications ?? []) {
    const step = await deliverOne(deliveries, current, channel);
    current = step.checkpoint;
    if (step.lookAgainAt !== undefined) due.push(step.lookAgainAt);
  }
  if (due.length === 0) return {};
  return { lookAgainAt: new Date(Math.min(...due.map((instant) => instant.getTime()))) };
}

/** The watch shows by then what was just written, by this process or by another. */
const LOOK_AGAIN_MS = 500;

/** Whoever may not go on now leaves the line, so that a message that cannot go on blocks nobody behind it. */
async function deliverOne(
  deliveries: Deliveries,
  checkpoint: Checkpoint,
  channel: ChannelRef,
): Promise<Step> {
  const { schedule } = deliveries;
  const id = queuedMessageId(checkpoint, channel);
  let keepsPlace = false;
  try {
    const step = await nextStep(deliveries, checkpoint, channel);
    keepsPlace = step === 'Waits';
    return step === 'Waits' ? { checkpoint } : step;
  } finally {
    if (!keepsPlace) schedule.leave(id);
  }
}

async function nextStep(
  deliveries: Deliveries,
  checkpoint: Checkpoint,
  channel: ChannelRef,
): Promise<Step | 'Waits'> {
  const { ports, attempts } = deliveries;
  const notification = notificationFor(checkpoint, channel);
  if (notification === undefined || isFinal(notification)) return { checkpoint };
  const view = await currentView(ports, checkpoint, channel);
  const message = { checkpoint, notification, view };
  const provider = providerOf(ports.providers, channel);
  if (notification.messageID && notification.renderedHash === provider.hashOf(view)) {
    return {
      checkpoint: await changeNotification(ports, message, (current) => upToDate(current, view.phase)),
    };
  }
  const seen = attempts.noteSeen(checkpoint, notification, ports.now());
  if (seen.dueAt > ports.now()) return { checkpoint, lookAgainAt: seen.dueAt };
  if (notification.messageID !== undefined) return update(deliveries, message, notification.messageID);
  return bring(deliveries, message, seen.doubtUntil);
}

/** Where no message is known: nothing is claimed before all that can be known without a post is known. */
async function bring(
  deliveries: Deliveries,
  message: Message,
  doubtUntil: Date | undefined,
): Promise<Step | 'Waits'> {
  const { ports } = deliveries;
  const { notification, view } = message;
  const provider = providerOf(ports.providers, notification);
  const problem = await provider.problemOf(notification.channel);
  if (problem !== undefined) return failed(deliveries, message, problem);
  if (doubtUntil === undefined) return post(deliveries, message);
  const search = await provider.search(view, doubtUntil);
  if (!search.ok) return failed(deliveries, message, search);
  const { messageID } = search;
  if (messageID === undefined) return post(deliveries, message);
  const after = await changeNotification(ports, message, (current) =>
    current.messageID === undefined ? adopted(current, messageID) : current,
  );
  // What it should show is for the next pass to say: the object may have been decided while it was looked for.
  return { checkpoint: after, lookAgainAt: new Date(ports.now().getTime() + LOOK_AGAIN_MS) };
}

async function currentView(ports: Ports, checkpoint: Checkpoint, channel: ChannelRef): Promise<MessageView> {
  const reviews = checkpoint.status?.decision ? [] : await ports.knownReviews(checkpoint);
  return viewOf(
    checkpoint,
    channel,
    countingReviews(checkpoint, await new PassRights(ports, checkpoint).of(reviews)),
  );
}
