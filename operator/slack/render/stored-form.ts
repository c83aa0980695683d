import { Counter } from 'prom-client';
import type { Logger } from '../../log.ts';
import { registry } from '../../metrics.ts';
import { contentHash, differences } from './content-hash.ts';

const changed = new Counter({
  name: 'approvalgate_slack_changed_total',
  help: 'Messages and windows that Slack answered in another form than they were sent.',
  labelNames: ['place'],
  registers: [registry],
});

/**
 * The hash of what Slack answered that it keeps, where that reads differently from what was sent. A click carries the form
 * that Slack keeps. It is Slack's own echo of our call, so nobody else has a say in it. Never quotes a text: it says where.
 */
export function storedForm(
  place: 'Message' | 'Window',
  sent: readonly unknown[],
  answered: unknown,
  log: Logger,
): { readonly storedHash?: string } {
  if (!Array.isArray(answered)) return {};
  const hash = contentHash(answered);
  if (hash === contentHash(sent)) return {};
  changed.inc({ place });
  log.warn({ place, at: differences(sent, answered) }, 'Slack keeps what it was sent in another form');
  return { storedHash: hash };
}
