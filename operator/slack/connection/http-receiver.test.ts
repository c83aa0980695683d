import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App } from '@slack/bolt';
import express from 'express';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createLogger } from '../../log.ts';
import { registry } from '../../metrics.ts';
import { HttpReceiver } from './http-receiver.ts';
import { InFlight } from './in-flight.ts';
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
    secrets: {
      botToken: () => 'xoxb-1',
      appToken: () => undefined,
      signingSecrets: () => ['new', 'old'],
      problems: () => [],
    },
    running: new InFlight(),
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
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': sign(secret, String(at), Buffer.from(body)),
  };
  const { status, text } = await send({ headers, body });
  return { status, text };
}
async function send({ path = '/slack/events', ...init }: RequestInit & { path?: string }) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', ...init });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}
async function refusals(cause: string): Promise<number> {
  const { values } = (await registry.getSingleMetric('approvalgate_slack_requests_refused_total')?.get()) ?? {
    values: [],
  };
  return values.find(({ labels }) => labels['cause'] === cause)?.value ?? 0;
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

it.each([
  ['of more than a megabyte', { body: 'x'.repeat(1_100_000) }, 413, 'BodyTooLarge'],
  ['that is not gzip as it says', { headers: { 'content-encoding': 'gzip' } }, 400, 'UnreadableBody'],
  ['in an encoding that nobody knows', { headers: { 'content-encoding': 'x' } }, 400, 'UnreadableBody'],
  ['for another path', { path: '/' }, 404, 'UnknownPath'],
  ['for a path that cannot be decoded', { path: '/%ff' }, 404, 'UnknownPath'],
  ['by another method', { method: 'PUT' }, 404, 'UnknownPath'],
])('a request %s is refused in JSON without a word about us, and counted', async (_, init, status, cause) => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => printed.mockRestore());
  const before = await refusals(cause);
  expect(await send({ body: 'x', ...init })).toEqual({
    status,
    type: 'application/json; charset=utf-8',
    text: JSON.stringify({ error: cause }),
  });
  expect(await refusals(cause)).toBe(before + 1);
  expect(printed).not.toHaveBeenCalled();
});

const SUBMISSION = {
  type: 'view_submission',
  user: { id: 'U0MIA00001' },
  team: { id: 'T1' },
  view: { callback_id: 'c', private_metadata: '{}', blocks: [], state: { values: {} } },
};

it.each<[string, object, string]>([
  ['no type', { ...CLICK, type: undefined }, 'UnknownType'],
  ['a type of tomorrow', { ...CLICK, type: 'block_dreams' }, 'UnknownType'],
  ['a type that is an object', { ...CLICK, type: {} }, 'UnknownType'],
  ['no user', { ...CLICK, user: undefined }, 'UnexpectedShape'],
  ['a user that is null', { ...CLICK, user: null }, 'UnexpectedShape'],
  ['a user that is a list', { ...CLICK, user: [{ id: 'U1' }] }, 'UnexpectedShape'],
  ['a user without an id', { ...CLICK, user: { name: 'mia' } }, 'UnexpectedShape'],
  ['a user whose id is an object', { ...CLICK, user: { id: {} } }, 'UnexpectedShape'],
  ['no actions', { ...CLICK, actions: undefined }, 'UnexpectedShape'],
  ['an empty list of actions', { ...CLICK, actions: [] }, 'UnexpectedShape'],
  ['actions that are an object', { ...CLICK, actions: { 0: CLICK.actions[0] } }, 'UnexpectedShape'],
  ['an action that is null', { ...CLICK, actions: [null] }, 'UnexpectedShape'],
  ['an action without an id', { ...CLICK, actions: [{ type: 'button' }] }, 'UnexpectedShape'],
  ['a value that is a number', { ...CLICK, actions: [{ ...CLICK.actions[0], value: 7 }] }, 'UnexpectedShape'],
  ['a team that is a word', { ...CLICK, team: 'T1' }, 'UnexpectedShape'],
  ['a container that is a number', { ...CLICK, container: 7 }, 'UnexpectedShape'],
  ['a message that is a list', { ...CLICK, message: [] }, 'UnexpectedShape'],
  ['what makes an event of it', { ...CLICK, event: null }, 'UnexpectedShape'],
  ['what makes a command of it', { ...CLICK, command: '/x' }, 'UnexpectedShape'],
  ['no view', { ...SUBMISSION, view: undefined }, 'UnexpectedShape'],
  ['a view without a state', { ...SUBMISSION, view: { callback_id: 'c' } }, 'UnexpectedShape'],
  [
    'a typed value that is a number',
    { ...SUBMISSION, view: { ...SUBMISSION.view, state: { values: { a: { b: { value: 7 } } } } } },
    'UnexpectedShape',
  ],
  [
    'private metadata that are an object',
    { ...SUBMISSION, view: { ...SUBMISSION.view, private_metadata: {} } },
    'UnexpectedShape',
  ],
])('a signed payload with %s is refused at once and counted', async (_, payload, cause) => {
  const before = await refusals(cause);
  expect(await post(form(payload))).toEqual({ status: 400, text: JSON.stringify({ error: cause }) });
  expect(await refusals(cause)).toBe(before + 1);
  expect(clicks).toBe(0);
});

it('a click of an app that is installed for a whole organisation has no team', async () => {
  const click = { ...CLICK, team: null, enterprise: { id: 'E1' }, user: { id: 'W1', team_id: 'T1' } };
  expect((await post(form(click))).status).toBe(200);
  expect(clicks).toBe(1);
});

it('Slack’s check of the address is answered', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
  expect(await post(body, { type: 'application/json' })).toEqual({ status: 200, text: '{"challenge":"c"}' });
});
