import type { ResourceType } from '../../crds/names.ts';
import type { Logger } from '../log.ts';
import type { Timers } from '../timers.ts';
import type { KubeClient } from './client.ts';
import type { Change, Kept } from './object-cache.ts';
import type { Selection } from './paths.ts';

export interface ReflectorOptions<T> {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Absent: all of the kind in the cluster. */
  readonly query?: Selection;
  /** Told of every change, in order. With a field selector an object that leaves the selection is Deleted. */
  onChange(change: Change<T>): void;
  readonly kept?: Kept;
  /** What is kept of an object as of now; default: all of it. It must keep name, namespace, uid and version. */
  reduce?(object: T): T;
  readonly log: Logger;
  readonly timers?: Timers;
  /** In [0, 1); spreads time-outs and back-off. */
  random?(): number;
}
