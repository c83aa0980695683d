import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { VIEW } from '../../../test/support/views.ts';
import type { SlackDeskOptions } from '../../../tools/slack-desk/desk.ts';
import { type RunningSlackDesk, startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { registry } from '../../metrics.ts';
import { render } from '../render/render.ts';
import { connectSlack, type SlackConnection } from './connect.ts';
import { secretsFromFolder } from './secrets.ts';
import { SlackWeb } from './web.ts';

const CHANNEL = 'C0APPROVAL';
const MIA = 'U0MIA00001';
const log = pino({ level: 'silent' });

interface SetUp {
  readonly desk: RunningSlackDesk;
  readonly connection: SlackConnection;
  /** Writes the app token as a mounted Secret changes. */
  writeAppToken(token: string): void;
  /** Holds the secrets. */
  readonly folder: string;
}

/** By Socket Mode, with secrets in a folder, to a workspace in which nobody has asked anything. */
async function connecting(options: Partial<SlackDeskOptions> = {}): Promise<SetUp> {
  const desk = await startSlackDesk({
    transport: 'socket',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [{ id: MIA, name: 'mia' }],
    channels: [{ id: CHANNEL, name: 'approvals', members: [MIA] }],
    ...options,
  });
  const folder = mkdtempSync(join(tmpdir(), 'slack-secrets-'));
  const writeAppToken = (token: string) => writeFileSync(join(folder, 'app-token'), `${token}\n`);
  writeFileSync(join(folder, 'bot-token'), 'xoxb-1\n');
  writeAppToken('xapp-1');
  const secrets = secretsFromFolder(folder);
  const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl });
  const nothing = {
    cached: () => undefined,
    read: async () => undefined,
    view: () => VIEW,
    record: () => Promise.reject(new Error('nothing can be recorded here')),
    showAnew: () => Promise.resolve(),
  };
  const connection = connectSlack({
    transport: 'socket',
    secrets,
    web,
    checkpoints: nothing,
    slackApiUrl: desk.apiUrl,
    log,
    now: () => new Date(),
  });
  onTestFinished(async () => {
    await connection.stop();
    await desk.close();
    rmSync(folder, { recursive: true });
  });
  return { desk, connection, writeAppToken, folder };
}

async function connected(): Promise<SetUp> {
  const setUp = await connecting();
  await setUp.desk.sockets.untilOpen(1);
  await works(setUp.connection);
  return setUp;
}

function works(connection: SlackConnection): Promise<true> {
  return eventually('clicks can arrive', () => (connection.problem() === undefined ? true : undefined));
}

async function isConnected(): Promise<number | undefined> {
  const metric = await registry.getSingleMetric('approvalgate_slack_connected')?.get();
  return metric?.values[0]?.value as number | undefined;
}

/** A click on a message that is posted for it is answered. */
async function clickIsAnswered(desk: RunningSlackDesk): Promise<void> {
  const { text, blocks } = render(VIEW);
  const { ts } = await desk.world.state.call<{ ts: string }>('chat.postMessage', {
    channel: CHANNEL,
    text,
    blocks,
  });
  const before = desk.ephemerals(MIA).length;
  const delivery = await desk.person(MIA).click(ts, 'approvalgate_approve');
  expect(delivery).toMatchObject({ delivered: true, acked: true });
  await eventually('the click is answered', () => desk.ephemerals(MIA)[before]);
}

describe('a connection by Socket Mode', () => {
  it.each([
    ['tells it to go', (desk: RunningSlackDesk) => desk.sockets.disconnect('refresh_requested')],
    ['breaks it', (desk: RunningSlackDesk) => desk.sockets.drop()],
  ])('is opened again when Slack %s', async (_, end) => {
    const { desk, connection } = await connected();
    end(desk);
    await eventually('the old one is gone', () => (desk.sockets.open === 0 ? true : undefined));
    await desk.sockets.untilOpen(1);
    await works(connection);
    await clickIsAnswered(desk);
  });

  it.each([
    ['refuses the token', { error: 'invalid_auth' }, 'SLACK_APP_TOKEN'],
    ['fails', { status: 500 }, 'HTTP 500'],
    ['answers something else', { html: true }, 'Slack'],
    ['does not answer', { acceptThenReset: true }, 'did not answer'],
  ] as const)(
    'that ended is opened again though Slack %s at first, and the cause is told',
    async (_, fault, cause) => {
      const { desk, connection } = await connected();
      desk.faults.next('apps.connections.open', fault, 2);
      desk.sockets.drop();
      await eventually('the cause is told', () => (connection.problem()?.includes(cause) ? true : undefined));
      expect(await isConnected()).toBe(0);
      await desk.sockets.untilOpen(1);
      await works(connection);
      await clickIsAnswered(desk);
    },
  );

  it('is opened anew by a new app token, and the old one is kept until then', async () => {
    const { desk, connection, writeAppToken } = await connected();
    writeAppToken('xapp-wrong');
    const refused = () => (connection.problem()?.includes('SLACK_APP_TOKEN') ? true : undefined);
    await eventually('the wrong token is told', refused);
    expect(await isConnected()).toBe(1);
    await clickIsAnswered(desk);
    desk.world.tokens.app = 'xapp-2';
    writeAppToken('xapp-2');
    await works(connection);
    await eventually('the old one is gone', () => (desk.sockets.open === 1 ? true : undefined));
    await clickIsAnswered(desk);
  });

  it('counts what no click can look like, and goes on', async () => {
    const { desk } = await connected();
    const count = async () => {
      const metric = await registry.getSingleMetric('approvalgate_slack_requests_refused_total')?.get();
      return metric?.values.find(({ labels }) => labels['cause'] === 'UnexpectedShape')?.value ?? 0;
    };
    const before = await count();
    const odd = [{ user: null }, { user: { id: MIA }, actions: {} }, { user: { id: MIA }, actions: [null] }];
    for (const payload of odd) void desk.send({ type: 'block_actions', ...payload });
    await eventually('all are counted', async () => ((await count()) === before + 3 ? true : undefined));
    await clickIsAnswered(desk);
  });

  it('goes on while its secrets cannot be read', async () => {
    const { desk, connection, folder } = await connected();
    for (const name of ['app-token', 'bot-token']) {
      rmSync(join(folder, name));
      mkdirSync(join(folder, name));
    }
    // Longer than the app token is looked at.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await clickIsAnswered(desk);
    desk.sockets.drop();
    await eventually('the old one is gone', () => (desk.sockets.open === 0 ? true : undefined));
    await desk.sockets.untilOpen(1);
    await works(connection);
    await clickIsAnswered(desk);
  });
});

it('no connection is opened for an app that a whole organisation installed, and that is said', async () => {
  const { desk, connection } = await connecting({ enterprise: { id: 'E0ACME0001', orgWide: true } });
  const said = await eventually('the cause is told', () => {
    const problem = connection.problem();
    return problem?.includes('whole Enterprise Grid organisation') ? problem : undefined;
  });
  expect(said).toContain('Install it in one workspace');
  expect(desk.sockets.open).toBe(0);
});
