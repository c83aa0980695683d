import { Counter } from 'prom-client';
import { registry } from '../../metrics.ts';

const refused = new Counter({
  name: 'approvalgate_slack_requests_refused_total',
  help: 'What came from Slack, or as if from Slack, and was not served, by cause.',
  labelNames: ['cause'],
  registers: [registry],
});

export function countRefusal(cause: string): void {
  refused.inc({ cause });
}
