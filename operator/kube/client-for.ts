import type { Logger } from '../log.ts';
import { FollowedAccess, type TargetSource } from './access.ts';
import { KubeClient } from './client.ts';
import { Transport } from './transport.ts';

/** A client that follows what the source says now. @throws UsageError when that cannot be followed */
export function clientFor(source: TargetSource, log?: Pick<Logger, 'warn'>): KubeClient {
  const access = new FollowedAccess(source, log);
  access.check();
  return new KubeClient(new Transport(access));
}
