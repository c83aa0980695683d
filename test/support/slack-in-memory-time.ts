import { onTestFinished } from 'vitest';
import { createLogger } from '../../operator/log.ts';
import type { ChatProvider } from '../../operator/messages/provider.ts';
import { secretsFromEnvironment } from '../../operator/slack/connection/secrets.ts';
import { SlackWeb } from '../../operator/slack/connection/web.ts';
import { SlackNotifier } from '../../operator/slack/posting/notifier.ts';
import { type RunningSlackDesk, startSlackDesk } from '../../tools/slack-desk/start.ts';
import type { ChannelSpec } from '../../tools/slack-desk/types.ts';
import { InMemoryOperator } from './in-memory-operator.ts';

export const SHOP = 'C0SHOP0001';
export const DESK = 'C0DESK0001';

/**
 * An operator whose Slack is the double with Slack's rate limits, both in the test's own time. A namespace in lower case
 * asks in the channel of its name, such as `c0shop0001`. `others`: chat products besides Slack.
 */
export async function operatorWithSlack(
  channels: readonly ChannelSpec[] = [
    { id: SHOP, name: 'shop' },
    { id: DESK, name: 'desk' },
  ],
  others: readonly ChatProvider[] = [],
): Promise<{ readonly operator: InMemoryOperator; readonly desk: RunningSlackDesk }> {
  let now = (): number => Date.now();
  const desk = await startSlackDesk({
    transport: 'http',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [],
    channels,
    rates: true,
    now: () => now(),
  });
  onTestFinished(() => desk.close());
  const operator = new InMemoryOperator((self) => {
    now = () => self.now().getTime();
    const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
    const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl, timers: self.timers });
    const slack = new SlackNotifier({ web, allowSharedChannels: false, log: createLogger('silent'), now });
    return [slack, ...others];
  });
  operator.start();
  return { operator, desk };
}
