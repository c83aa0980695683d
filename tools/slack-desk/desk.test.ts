import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, test } from 'vitest';
import { type RunningSlackDesk, type SlackDeskOptions, startSlackDesk } from './desk.ts';

const MIA = 'U0MIA00001';
const CHANNEL = 'C0APPROVAL';
const OPTIONS: SlackDeskOptions = {
  transport: 'socket',
  signingSecret: 'signing-secret',
  appToken: 'xapp-1',
  botToken: 'xoxb-1',
  users: [
    { id: MIA, name: 'mia', realName: 'Mia Wong' },
    { id: 'U0GUEST001', name: 'gus', is_restricted: true },
  ],
  channels: [{ id: CHANNEL, name: 'approvals' }],
};
const BLOCKS: KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: 'Refund *120 USD*?' } },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      { type: 'button', action_id: 'approve', value: 'v1', text: { type: 'plain_text', text: 'Approve' } },
      { type: 'button', action_id: 'deny', value: 'v1', text: { type: 'plain_text', text: 'Deny' } },
    ],
  },
];

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.stop();
});

async function desk(options: Partial<SlackDeskOptions> = {}): Promise<RunningSlackDesk> {
  const started = await startSlackDesk({ ...OPTIONS, ...options });
  open.push({ stop: () => started.close() });
  return started;
}

const client = (at: RunningSlackDesk) =>
  new WebClient(OPTIONS.botToken, { slackApiUrl: at.apiUrl, retryConfig: { retries: 0 }, timeout: 2000 });

async function socketApp(at: RunningSlackDesk): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: OPTIONS.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl: at.apiUrl, retryConfig: { retries: 0 } } },
  });
  const app = new App({
    token: OPTIONS.botToken,
    receiver,
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: at.apiUrl },
  });
  await app.start();
  open.push({ stop: () => app.stop() });
  return app;
}

describe('a Bolt app in Socket Mode', () => {
  test('goes from a click by a modal to the updated message', async () => {
    const at = await desk();
    const app = await socketApp(at);
    app.action('deny', async ({ ack, body, client: web }) => {
      await ack();
      if (body.type !== 'block_actions') return;
      await web.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'reason',
          private_metadata: String(body.message?.['ts']),
          title: { type: 'plain_text', text: 'Deny' },
          submit: { type: 'plain_text', text: 'Deny' },
          blocks: [
            {
              type: 'input',
              block_id: 'why',
              label: { type: 'plain_text', text: 'Reason' },
              element: { type: 'plain_text_input', action_id: 'text' },
            },
          ],
        },
      });
    });
    const updated = Promise.withResolvers<void>();
    app.view('reason', async ({ ack, view, client: web }) => {
      await ack();
      const reason = view.state.values['why']?.['text']?.value;
      await web.chat.update({ channel: CHANNEL, ts: view.private_metadata, text: `Denied: ${reason}` });
      updated.resolve();
    });
    const posted = await client(at).chat.postMessage({ channel: CHANNEL, text: 'Refund?', blocks: BLOCKS });
    const mia = at.person(MIA);
    const click = await mia.click(String(posted.ts), 'deny');
    expect(click.acked).toBe(true);
    await expect.poll(() => at.openView(MIA)?.callback_id).toBe('reason');
    const view = at.openView(MIA);
    if (view === undefined) throw new Error('no modal');
    expect((await mia.submit(view)).errors).toEqual({ why: 'Please complete this required field.' });
    expect((await mia.submit(view, { text: 'too much' })).acked).toBe(true);
    expect(at.openView(MIA)).toBeUndefined();
    await updated.promise;
    expect(await at.messages(CHANNEL)).toMatchObject([{ text: 'Denied: too much', user: 'U0APPRGATE' }]);
  });
});
