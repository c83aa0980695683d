import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import { recordEvent } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import { measure } from './metrics.ts';
import { transitionsBetween } from './transitions.ts';

interface Publisher {
  readonly client: KubeClient;
  /** Name of this process in Events. */
  readonly instance: string;
  readonly log: Logger;
}

/** Makes known what one write brought about: in metrics, and in Events for those who follow them. */
export function publish({ client, instance, log }: Publisher, before: Checkpoint, after: Checkpoint): void {
  measure(before, after, client.clock.now());
  for (const transition of transitionsBetween(before, after)) {
    const object = { apiVersion: API_VERSION, kind: CHECKPOINTS.kind, metadata: after.metadata };
    void recordEvent(client, instance, { object, ...transition }, log);
  }
}
