import type { Config } from './config.ts';
import type { KubeClient } from './kube/client.ts';
import type { Logger } from './log.ts';

/** What every part of the process is made with. */
export interface Parts {
  readonly config: Config;
  readonly client: KubeClient;
  readonly log: Logger;
}
