import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint, CheckpointStatus, Notification } from '../../../crds/types.ts';
import { isConflict } from '../../kube/api-error.ts';
import { delivered, withNotifications } from '../../messages/delivery.ts';
import type { MessageView } from '../../messages/message.ts';
import type { Delivery } from '../../messages/provider.ts';
import { isSameChannel, notificationFor } from '../../model/channel-ref.ts';
import { keyOf } from '../../model/references.ts';
import type { Ports } from '../ports.ts';

/** What was attempted: the record as it was then, and what the attempt showed. */
interface Attempted {
  readonly checkpoint: Checkpoint;
  readonly notification: Notification;
  readonly view: MessageView;
}

export function statusWith(checkpoint: Checkpoint, changed: Notification, now: Date): CheckpointStatus {
  const others = checkpoint.status?.notifications ?? [];
  const all = others.map((other) => (isSameChannel(other, changed) ? changed : other));
  return withNotifications(checkpoint, all, now);
}

/**
 * Records what an attempt came to. A failure is of that attempt alone: where another has been made since, or another
 * message stands there, it says nothing about them.
 */
export function recordDelivery(ports: Ports, attempted: Attempted, delivery: Delivery): Promise<Checkpoint> {
  const { notification, view } = attempted;
  return changeNotification(ports, attempted, (current, checkpoint) => {
    const isSame = current.attempts === notification.attempts && current.messageID === notification.messageID;
    if (!isSame && (!delivery.ok || current.messageID !== undefined)) return current;
    return delivered(checkpoint, current, { delivery, phase: view.phase }, ports.now());
  });
}

/**
 * Changes the record of a message on whatever the object has become meanwhile; what was posted must never be forgotten.
 * Writes nothing where nothing changes.
 */
export async function changeNotification(
  ports: Ports,
  { checkpoint, notification, view }: Attempted,
  change: (before: Notification, checkpoint: Checkpoint) => Notification,
): Promise<Checkpoint> {
  let current: Checkpoint | undefined = checkpoint;
  while (current !== undefined && current.metadata.uid === view.checkpoint.uid) {
    const before = notificationFor(current, notification);
    if (before === undefined) return current;
    const after = change(before, current);
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
    ports.onStatusWritten(before, after);
    return after;
  } catch (error) {
    if (isConflict(error)) return 'Conflict';
    throw error;
  }
}
