import type { Cluster } from '../../../tools/cluster/cluster.ts';
import { apply } from '../../../tools/environment/people.ts';
import { NODE_ADDRESS } from '../../../tools/node/namespaces.ts';
import { type RunningSlackDesk, startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { NAMESPACE } from './release.ts';

export const MIA = 'U0MIA00001';
/** So that half a question a second finds room: a channel takes one a second. */
export const CHANNELS: readonly string[] = ['C0SHOP00000', 'C0SHOP00001', 'C0SHOP00002'];

const SECRET = 'approvalgate-slack';
export const TOKENS = { botToken: 'xoxb-e2e', appToken: 'xapp-e2e', signingSecret: 'e2e-signing-secret' };

/** Slack's double where Pods reach it, with Slack's rate limits. */
export function openDesk(): Promise<RunningSlackDesk> {
  return startSlackDesk({
    ...TOKENS,
    host: NODE_ADDRESS,
    transport: 'socket',
    rates: true,
    users: [{ id: MIA, name: 'mia', realName: 'Mia Wong' }],
    channels: CHANNELS.map((id, i) => ({ id, name: `shop-${i}`, members: [MIA] })),
  });
}

/** As install.md has it: the Secret is there before the release. */
export async function createSlackSecret(cluster: Cluster): Promise<void> {
  await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await apply(cluster, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace: NAMESPACE },
    stringData: { 'bot-token': TOKENS.botToken, 'app-token': TOKENS.appToken },
  });
}

export function slackValues(desk: RunningSlackDesk) {
  return { secret: SECRET, apiUrl: desk.apiUrl };
}
