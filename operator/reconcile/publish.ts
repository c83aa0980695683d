import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventWriter } from '../kube/events.ts';
import { measure } from './metrics.ts';
import { transitionsBetween } from './transitions.ts';

interface Publisher {
  readonly client: Pick<KubeClient, 'clock'>;
  readonly events: EventWriter;
}

/** Makes known what one write brought about: in metrics, and in Events for those who follow them. */
export function publish({ client, events }: Publisher, before: Checkpoint, after: Checkpoint): void {
  measure(before, after, client.clock.now());
  for (const transition of transitionsBetween(before, after)) {
    events.write({
      object: { apiVersion: API_VERSION, kind: CHECKPOINTS.kind, metadata: after.metadata },
      ...transition,
    });
  }
}
