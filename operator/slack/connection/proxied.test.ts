import pino from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProxy } from '../../../test/support/connect-proxy.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { VIEW } from '../../../test/support/views.ts';
import { freePort } from '../../../tools/cluster/processes.ts';
import { startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { connectSlack } from './connect.ts';
import { secretsFromEnvironment } from './secrets.ts';
import { SlackWeb } from './web.ts';

/** Resolves nowhere: what reaches it went through the proxy. */
const SLACK = 'slack.invalid';
/** Nobody listens there. */
const CLOSED = await freePort();
const SECRETS = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

/** Slack, connected to by its API under another host, and by a socket under another one. */
async function slackAt(apiHost: string, socket: (port: string) => string) {
  const desk = await startSlackDesk({
    transport: 'socket',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [{ id: 'U0MIA00001', name: 'mia' }],
    channels: [{ id: 'C0APPROVAL', name: 'approvals', members: ['U0MIA00001'] }],
  });
  const slackApiUrl = desk.apiUrl.replace('127.0.0.1', apiHost);
  const { port } = new URL(slackApiUrl);
  desk.sockets.address = socket(port);
  const secrets = secretsFromEnvironment(SECRETS);
  const web = new SlackWeb({ secrets, slackApiUrl });
  const nothing = {
    cached: () => undefined,
    read: async () => undefined,
    view: () => VIEW,
    record: () => Promise.reject(new Error('nothing can be recorded here')),
    showAnew: async () => undefined,
  };
  const log = pino({ level: 'silent' });
  const now = () => new Date();
  const connection = connectSlack({
    transport: 'socket',
    secrets,
    web,
    checkpoints: nothing,
    slackApiUrl,
    log,
    now,
  });
  onTestFinished(async () => {
    await connection.stop();
    await desk.close();
  });
  return { desk, connection, port };
}

describe('Slack through a proxy', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('is reached by its API and its socket, as %s says', async (name) => {
    const proxy = await startProxy();
    vi.stubEnv(name, proxy.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { desk, connection, port } = await slackAt(SLACK, (at) => `wss-primary.${SLACK}:${at}`);
    await desk.sockets.untilOpen(1);
    await eventually('clicks can arrive', () => (connection.problem() === undefined ? true : undefined));
    expect(new Set(proxy.requests)).toEqual(
      new Set([`CONNECT ${SLACK}:${port}`, `CONNECT wss-primary.${SLACK}:${port}`]),
    );
  });

  it('is reached without it where NO_PROXY says so, and by a name that does not resolve then says that', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', `.${SLACK}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { connection } = await slackAt('localhost', (at) => `wss-primary.${SLACK}:${at}`);
    await eventually('it is said', () =>
      /could not be opened: getaddrinfo \w+ wss-primary.slack.invalid/.exec(connection.problem() ?? '')
        ? true
        : undefined,
    );
    expect(proxy.requests).toEqual([]);
  });
});

it.each([
  [
    'does not resolve',
    () => `wss-primary.${SLACK}`,
    /getaddrinfo (ENOTFOUND|EAI_AGAIN) wss-primary.slack.invalid/,
  ],
  ['refuses to be connected to', () => `127.0.0.1:${CLOSED}`, /ECONNREFUSED 127.0.0.1/],
])('a socket that %s says so', async (_, address, cause) => {
  const { connection } = await slackAt('127.0.0.1', address);
  const said = await eventually('it is said', () =>
    connection.problem()?.includes('could not be opened') ? connection.problem() : undefined,
  );
  expect(said).toMatch(cause);
  expect(said).not.toContain('Slack ended');
});
