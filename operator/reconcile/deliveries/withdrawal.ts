import type { Checkpoint, Notification } from '../../../crds/types.ts';
import { providerOf } from '../../messages/provider.ts';
import { viewOf, withdrawn } from '../../messages/view.ts';
import type { MessageRef } from '../../model/channel-ref.ts';
import { keyOf } from '../../model/references.ts';
import { deadlineOf } from '../../model/time.ts';
import type { Ports } from '../ports.ts';
import type { DeliverySchedule } from './schedule.ts';
import { queuedMessageId } from './send.ts';

/**
 * Tells every channel that a checkpoint was withdrawn. `last` is the object as it was last known.
 *
 * The watch selects what is not settled, so it reports a checkpoint that was decided as gone too: only one that the
 * API server no longer has, or has under another uid, was withdrawn. Best effort: a message that cannot be updated
 * keeps its buttons, and whoever clicks them is told.
 */
export async function announceWithdrawal(
  ports: Pick<Ports, 'read' | 'providers' | 'log'>,
  schedule: DeliverySchedule,
  last: Checkpoint,
): Promise<void> {
  const posted = (last.status?.notifications ?? []).flatMap(messageRefs);
  if (last.status?.decision !== undefined || posted.length === 0) return;
  const live = await ports.read(keyOf(last));
  if (live?.metadata.uid === last.metadata.uid) return;
  await Promise.all(posted.map((message) => announce(ports, schedule, last, message)));
}

function messageRefs({ provider, channel, messageID }: Notification): MessageRef[] {
  return messageID === undefined ? [] : [{ provider, channel, messageID }];
}

async function announce(
  { providers, log }: Pick<Ports, 'providers' | 'log'>,
  schedule: DeliverySchedule,
  last: Checkpoint,
  message: MessageRef,
): Promise<void> {
  // Another than the question's: a pass that still runs may leave the line for it.
  const id = `${queuedMessageId(last, message)} withdrawn`;
  const { provider, channel, messageID } = message;
  const { namespace = '' } = last.metadata;
  const deadline = deadlineOf(last).getTime();
  await schedule.turn({ id, kind: 'Update', provider, channel, namespace, rank: 0, deadline });
  try {
    const delivery = await providerOf(providers, message).update(
      withdrawn(viewOf(last, message, [])),
      messageID,
    );
    if (delivery.ok) return;
    const { reason } = delivery;
    log.warn({ checkpoint: keyOf(last), channel, reason }, 'could not show the withdrawal');
  } finally {
    schedule.leave(id);
  }
}
