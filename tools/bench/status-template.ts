import { approvedStatus } from '../environment/approved-status.ts';
import { question } from './load.ts';

/** What the operator writes for a rule that approves, with {uid}, {now} and {deadline} where each checkpoint has its own. */
export function statusTemplate(): string {
  const now = new Date();
  const asked = question('', 0);
  const created = new Date(now.getTime() - 24 * 3600 * 1000).toISOString();
  const status = approvedStatus({
    ...asked,
    metadata: { name: '', uid: '{uid}', creationTimestamp: created },
  });
  return JSON.stringify(status)
    .replace(/("deadline":)"[^"]*"/, '$1"{deadline}"')
    .replaceAll(/("(?:decisionTime|lastTransitionTime)":)"[^"]*"/g, '$1"{now}"');
}
