import type { Checkpoint } from '../../crds/types.ts';
import { viewOf, withdrawn } from '../decision/view.ts';
import { keyOf, type Ports } from './ports.ts';

/**
 * Tells every channel that a checkpoint was withdrawn. `last` is the object as it was last known.
 *
 * The watch selects what is not settled, so it reports a checkpoint that was decided as gone too: only one that the
 * API server no longer has, or has under another uid, was withdrawn. Best effort: a message that cannot be updated
 * keeps its buttons, and whoever clicks them is told.
 */
export async function announceWithdrawal(
  ports: Pick<Ports, 'read' | 'notifier' | 'log'>,
  last: Checkpoint,
): Promise<void> {
  const posted = (last.status?.notifications ?? []).filter(({ messageID }) => messageID !== undefined);
  if (last.status?.decision !== undefined || posted.length === 0) return;
  const live = await ports.read(keyOf(last));
  if (live?.metadata.uid === last.metadata.uid) return;
  for (const { channel, messageID } of posted) {
    const delivery = await ports.notifier.deliver(withdrawn(viewOf(last, channel, [])), {
      ...(messageID ? { messageID } : {}),
      searchFirst: false,
      mayPost: () => false,
    });
    if (!delivery.ok) {
      ports.log.warn(
        { checkpoint: keyOf(last), channel, reason: delivery.reason },
        'could not show the withdrawal',
      );
    }
  }
}
