import { failureOf } from '../slack/connection/failures.ts';
import type { SlackSecrets } from '../slack/connection/secrets.ts';
import type { SlackWeb } from '../slack/connection/web.ts';
import { Channels } from '../slack/posting/channels.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface SlackSetting {
  readonly transport: 'socket' | 'http';
  readonly web: SlackWeb;
  readonly secrets: SlackSecrets;
  readonly channel?: string;
  readonly sharedChannels: boolean;
  /** Where the Secret is made, for the cure. */
  readonly namespace: string;
}

/** Of slack-app-manifest.yaml. */
export const SCOPES = [
  'chat:write',
  'users:read',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
];

const part = 'Slack';

/** Whether the app's secrets are there, Slack takes them, and the bot may post to the channel. */
export async function lookAtSlack(setting: SlackSetting): Promise<Diagnosis[]> {
  const missing = missingSecrets(setting);
  if (missing.length > 0) return missing;
  const found = [...(await bot(setting)), ...(await socket(setting))];
  if (found.some(({ state }) => state === 'Missing')) return found;
  return [...found, ...(await channel(setting))];
}

function missingSecrets({ secrets, transport, namespace }: SlackSetting): Diagnosis[] {
  const clicks =
    transport === 'socket'
      ? ['app-token', secrets.appToken()]
      : ['signing-secret', secrets.signingSecrets()[0]];
  const wanted = [['bot-token', secrets.botToken()], clicks];
  const keys = wanted.flatMap(([key, value]) => (value === undefined ? [key] : []));
  if (keys.length === 0) return [];
  const literals = wanted.map(([key]) => ` --from-literal=${key}=…`).join('');
  const cure = `kubectl create secret generic approvalgate-slack -n ${namespace}${literals}, and --set slack.secret=approvalgate-slack`;
  return [{ part, state: 'Missing', text: `the Secret has no ${keys.join(' and no ')}`, cure }];
}

async function bot({ web }: SlackSetting): Promise<Diagnosis[]> {
  try {
    const { response_metadata: metadata } = await web.client.auth.test();
    const lacks = metadata?.scopes ? SCOPES.filter((scope) => !metadata.scopes?.includes(scope)) : [];
    if (lacks.length > 0) {
      const cure = 'give the app the scopes of slack-app-manifest.yaml and install it again';
      return [{ part, state: 'Missing', text: `the bot lacks the scopes ${lacks.join(', ')}`, cure }];
    }
    const { team } = await web.identity();
    return [{ part, state: 'Fine', text: `the bot is at home in the workspace ${team}` }];
  } catch (error) {
    return [{ part, state: 'Missing', text: failureOf(error).message }];
  }
}

/** Slack gives an address for a socket, which nobody opens. */
async function socket({ web, secrets, transport }: SlackSetting): Promise<Diagnosis[]> {
  if (transport === 'http') return [];
  try {
    await web.client.apps.connections.open({ token: secrets.appToken() ?? '' });
    return [{ part, state: 'Fine', text: 'clicks can come in by a socket' }];
  } catch (error) {
    const cure =
      'make an app token (xapp-…) with the scope connections:write, and let the app use Socket Mode';
    return [{ part, state: 'Missing', text: `no socket: ${failureOf(error).message}`, cure }];
  }
}

async function channel({ web, channel: id, sharedChannels }: SlackSetting): Promise<Diagnosis[]> {
  if (id === undefined) {
    const text = 'no default channel: what neither a rule nor a namespace routes asks nobody in Slack';
    return [{ part, state: 'Advice', text, cure: '--set slack.channel=C0123ABCD45' }];
  }
  const channels = new Channels({ web, allowSharedChannels: sharedChannels, now: () => Date.now() });
  const problem = await channels.problem(id);
  if (problem === undefined) return [{ part, state: 'Fine', text: `the bot may post to ${id}` }];
  return [{ part, state: 'Missing', text: `${id}: ${problem.message}` }];
}
