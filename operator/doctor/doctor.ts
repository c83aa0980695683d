import type { Config } from '../config.ts';
import type { KubeClient } from '../kube/client.ts';
import type { SlackSecrets } from '../slack/connection/secrets.ts';
import type { SlackWeb } from '../slack/connection/web.ts';
import { type Diagnosis, reportOf } from './diagnosis.ts';
import { lookAtKinds, lookAtPolicies, lookAtRegistrations } from './guards.ts';
import { looked, type Patient } from './look.ts';
import { lookAtLeader, lookAtOperators, lookAtTheirWords } from './operators.ts';
import { lookAtAQuestion, lookAtPeople } from './question.ts';
import { lookAtSlack } from './slack.ts';

interface Instruments {
  readonly client: KubeClient;
  /** Absent where nobody is asked in Slack. */
  readonly slack?: { readonly web: SlackWeb; readonly secrets: SlackSecrets };
}

/**
 * Looks at every part of an installation, in the order in which they rest on each other, and changes nothing.
 * Never throws: what cannot be looked at is a finding too.
 */
async function examine(config: Config, { client, slack }: Instruments): Promise<Diagnosis[]> {
  const patient: Patient = { client, namespace: config.namespace };
  const look = (part: string, at: (patient: Patient) => Promise<Diagnosis[]>) =>
    looked(part, () => at(patient));
  const first = await look('kinds', lookAtKinds);
  if (first.some(({ ends }) => ends)) return first;
  return [
    ...first,
    ...(await look('policies', lookAtPolicies)),
    ...(await look('operators', lookAtOperators)),
    ...(await look('leader', lookAtLeader)),
    ...(await look('registration', lookAtRegistrations)),
    ...(await look('a question', lookAtAQuestion)),
    ...(await look('their words', lookAtTheirWords)),
    ...(await looked('Slack', async () => slackFindings(config, slack))),
    ...(slack === undefined ? [] : await look('people', lookAtPeople)),
  ];
}

async function slackFindings(config: Config, slack: Instruments['slack']): Promise<Diagnosis[]> {
  const { slackTransport: transport, slackChannel, slackSharedChannels: sharedChannels, namespace } = config;
  if (slack === undefined || transport === 'off') {
    const text = 'by these flags nobody is asked in Slack; people review by kubectl';
    return [{ part: 'Slack', state: 'Advice', text, cure: 'docs/install.md says how to let people click' }];
  }
  const channel = slackChannel ? { channel: slackChannel } : {};
  return lookAtSlack({ ...slack, transport, sharedChannels, namespace, ...channel });
}

/** Prints what is missing and how to mend it. @returns the exit code: 1 where something is missing */
export async function doctor(config: Config, instruments: Instruments): Promise<number> {
  const { text, isFine } = reportOf(await examine(config, instruments));
  process.stdout.write(text);
  return isFine ? 0 : 1;
}
