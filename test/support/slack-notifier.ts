import { onTestFinished } from 'vitest';
import { createLogger } from '../../operator/log.ts';
import { secretsFromEnvironment } from '../../operator/slack/connection/secrets.ts';
import { SlackWeb } from '../../operator/slack/connection/web.ts';
import { SlackNotifier } from '../../operator/slack/posting/notifier.ts';
import type { SlackDeskOptions } from '../../tools/slack-desk/desk.ts';
import { startSlackDesk } from '../../tools/slack-desk/start.ts';

export const CHANNEL = 'C0APPROVAL';

type Options = Partial<SlackDeskOptions> & { readonly allowSharedChannels?: boolean };

/** A notifier, and Slack's double behind it, which ends with the test. */
export async function notifierWithDesk({ allowSharedChannels = false, ...options }: Options = {}) {
  const desk = await startSlackDesk({
    transport: 'http',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [],
    channels: [{ id: CHANNEL, name: 'approvals' }],
    ...options,
  });
  onTestFinished(() => desk.close());
  const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
  const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl });
  const log = createLogger('silent');
  return { desk, notifier: new SlackNotifier({ web, allowSharedChannels, log, now: Date.now }) };
}
