import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import { toBeShownAnew } from '../messages/delivery.ts';
import type { CheckpointAccess } from '../messages/provider.ts';
import { viewOf } from '../messages/view.ts';
import type { CheckpointLister } from './wiring.ts';

interface Options {
  readonly client: Pick<KubeClient, 'get' | 'patchStatus'>;
  /** Absent where nothing is followed: then each checkpoint is read. */
  readonly lister: CheckpointLister | undefined;
  readonly record: CheckpointAccess['record'];
  now(): Date;
}

/** What a chat provider is given for its clicks. */
export function checkpointAccess({ client, lister, record, now }: Options): CheckpointAccess {
  return {
    cached: (namespace, name) => lister?.get(namespace, name),
    read: (namespace, name) => client.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
    // Reviews so far are left to the next update of the message.
    view: (checkpoint, channel) => viewOf(checkpoint, channel, []),
    record,
    async showAnew(checkpoint, message) {
      const status = toBeShownAnew(checkpoint, message, now());
      if (status !== undefined) await client.patchStatus(CHECKPOINTS, checkpoint, status);
    },
  };
}
