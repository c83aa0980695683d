import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App } from '@slack/bolt';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { HttpReceiver } from './http-receiver.ts';
import { RunningWork } from './running.ts';
import { sign } from './verify.ts';
import { SILENT } from './web.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const CLICK = {
  type: 'block_actions',
  user: { id: 'U0MIA00001' },
  team: { id: 'T1' },
  actions: [{ type: 'button', action_id: 'approvalgate_approve', block_id: 'b', value: 'v' }],
};

let server: Server;
let clicks: number;
beforeEach(async () => {
  clicks = 0;
  const receiver = new HttpReceiver({
    secrets: { botToken: () => 'xoxb-1', appToken: () => undefined, signingSecrets: () => ['new', 'old'] },
    running: new RunningWork(),
    log: createLogger('silent'),
    now: () => NOW,
  });
  const authorize = () => Promise.resolve({ botToken: 'xoxb-1', botId: 'B1', botUserId: 'U1' });
  const app = new App({ receiver, authorize, logger: SILENT, convoStore: false, deferInitialization: true });
  app.action('approvalgate_approve', async ({ ack }) => {
    clicks += 1;
    await ack();
  });
  await app.init();
  server = createServer(express().use(receiver.router));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function post(
  body: string,
  { secret = 'new', at = SECONDS, type = 'application/x-www-form-urlencoded' } = {},
) {
  const { port } = server.address() as AddressInfo;
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': sign(secret, String(at), Buffer.from(body)),
  };
  const answer = await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text() };
}
const form = (payload: object): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

it.each([
  ['signed by the new secret', {}],
  ['signed by the old secret', { secret: 'old' }],
  ['with a charset', { type: 'application/x-www-form-urlencoded; charset=utf-8' }],
])('a click %s is served', async (_, options) => {
  expect((await post(form(CLICK), options)).status).toBe(200);
  expect(clicks).toBe(1);
});

it.each([
  ['forged', { secret: 'guess' }, 'WrongSignature'],
  ['from the future', { at: SECONDS + 3600 }, 'FutureTimestamp'],
  ['of long ago', { at: SECONDS - 3600 }, 'StaleTimestamp'],
])('a click %s reaches nobody', async (_, options, cause) => {
  expect(await post(form(CLICK), options)).toEqual({ status: 401, text: JSON.stringify({ error: cause }) });
  expect(clicks).toBe(0);
});

it('the very same bytes are served once', async () => {
  await post(form(CLICK));
  expect((await post(form(CLICK))).status).toBe(409);
  expect(clicks).toBe(1);
});

it.each(['payload=', 'payload=[]', '{', ''])('a signed body “%s” is refused', async (body) => {
  expect((await post(body)).status).toBe(400);
});

it('a body of more than a megabyte is refused', async () => {
  expect((await post('x'.repeat(1_100_000))).status).toBe(413);
});

it('Slack’s check of the address is answered', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
  expect(await post(body, { type: 'application/json' })).toEqual({ status: 200, text: '{"challenge":"c"}' });
});
