import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterEach } from 'vitest';
import { SILENT } from '../../operator/slack/connection/web.ts';
import type { SlackDeskOptions } from './desk.ts';
import { close, listen } from './server.ts';
import { type RunningSlackDesk, startSlackDesk } from './start.ts';

export const MIA = 'U0MIA00001';
export const GUEST = 'U0GUEST001';
export const CHANNEL = 'C0APPROVAL';
export const UNINVITED = 'C0NOINVITE';
export const SECRET = 'C0SECRET01';
const OPTIONS: SlackDeskOptions = {
  transport: 'socket',
  signingSecret: 'signing-secret',
  appToken: 'xapp-1',
  botToken: 'xoxb-1',
  users: [
    { id: MIA, name: 'mia', realName: 'Mia Wong' },
    { id: GUEST, name: 'gus', is_restricted: true },
  ],
  channels: [
    { id: CHANNEL, name: 'approvals', members: [MIA], is_ext_shared: true },
    { id: UNINVITED, name: 'random', botIsMember: false },
    { id: SECRET, name: 'secret', isPrivate: true, botIsMember: false },
  ],
};

/** A question with the buttons Approve and Deny. */
export const QUESTION: KnownBlock[] = [
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

/** A modal that asks for a reason. */
export const REASON_MODAL: ModalView = {
  type: 'modal',
  callback_id: 'reason',
  title: { type: 'plain_text', text: 'Deny the Refund' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

/** A desk that ends with the test. */
export async function desk(options: Partial<SlackDeskOptions> = {}): Promise<RunningSlackDesk> {
  const started = await startSlackDesk({ ...OPTIONS, ...options });
  running.push(() => started.close());
  return started;
}

/** Slack's own client, without retries. */
export function client(at: RunningSlackDesk, token = OPTIONS.botToken, timeout = 60_000): WebClient {
  return new WebClient(token, {
    slackApiUrl: at.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logger: SILENT,
  });
}

/** A started Bolt app in Socket Mode with its own socket. */
export async function socketApp(at: RunningSlackDesk, appToken = OPTIONS.appToken): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: SILENT,
    clientPingTimeout: 2_000,
    installerOptions: { clientOptions: { slackApiUrl: at.apiUrl, retryConfig: { retries: 0 } } },
  });
  const app = boltApp(at, receiver);
  await app.start();
  running.push(() => app.stop());
  return app;
}

/** A Bolt app that takes signed requests; the desk posts to it. */
export async function httpApp(at: RunningSlackDesk): Promise<App> {
  const receiver = new HTTPReceiver({ signingSecret: OPTIONS.signingSecret, logger: SILENT });
  const app = boltApp(at, receiver);
  const { server, port } = await listen({ host: '127.0.0.1', port: 0 }, async (request, response) => {
    receiver.requestListener(request, response);
  });
  running.push(() => close(server));
  at.requestUrl = `http://127.0.0.1:${port}/slack/events`;
  return app;
}

function boltApp(at: RunningSlackDesk, receiver: SocketModeReceiver | HTTPReceiver): App {
  return new App({
    token: OPTIONS.botToken,
    receiver,
    convoStore: false,
    logger: SILENT,
    clientOptions: { slackApiUrl: at.apiUrl },
  });
}

/** Post the question; its time stamp. */
export async function ask(at: RunningSlackDesk): Promise<string> {
  const { ts } = await client(at).chat.postMessage({ channel: CHANNEL, text: 'Refund?', blocks: QUESTION });
  return String(ts);
}
