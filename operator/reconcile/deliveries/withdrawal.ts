import type { Checkpoint } from '../../../crds/types.ts';
import { viewOf, withdrawn } from '../../messages/view.ts';
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
  ports: Pick<Ports, 'read' | 'notifier' | 'log'>,
  schedule: DeliverySchedule,
  last: Checkpoint,
): Promise<void> {
  const posted = (last.status?.notifications ?? []).filter(({ messageID }) => messageID !== undefined);
  if (last.status?.decision !== undefined || posted.length === 0) return;
  const live = await ports.read(keyOf(last));
  if (live?.metadata.uid === last.metadata.uid) return;
  await Promise.all(
    posted.map(({ channel, messageID = '' }) => announce(ports, schedule, { last, channel, messageID })),
  );
}

async function announce(
  { notifier, log }: Pick<Ports, 'notifier' | 'log'>,
  schedule: DeliverySchedule,
  { last, channel, messageID }: { last: Checkpoint; channel: string; messageID: string },
): Promise<void> {
  // Another than the question's: a pass that still runs may leave the line for it.
  const id = `${queuedMessageId(last, channel)} withdrawn`;
  const { namespace = '' } = last.metadata;
  const deadline = deadlineOf(last).getTime();
  await schedule.turn({ id, kind: 'Update', channel, namespace, rank: 0, deadline });
  try {
    const delivery = await notifier.update(withdrawn(viewOf(last, channel, [])), messageID);
    if (delivery.ok) return;
    const { reason } = delivery;
    log.warn({ checkpoint: keyOf(last), channel, reason }, 'could not show the withdrawal');
  } finally {
    schedule.leave(id);
  }
}
