import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { expect, test } from 'vitest';
import type { Fault } from './desk.ts';
import { ask, CHANNEL, client, desk, MIA, socketApp } from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

async function struck(fault: Fault): Promise<{ at: RunningSlackDesk; error: unknown }> {
  const at = await desk();
  at.faults.next('chat.postMessage', fault);
  const error = await client(at, 'xoxb-1', 'hang' in fault ? 300 : undefined)
    .chat.postMessage({ channel: CHANNEL, text: 'a' })
    .catch((reason: unknown) => reason);
  return { at, error };
}

test('a rate limit says when to come back, and holds for one call', async () => {
  const { at, error } = await struck({ status: 429, retryAfter: 2 });
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect(error).toMatchObject({ retryAfter: 2 });
  await ask(at);
  expect(at.callsOf('chat.postMessage').map(({ outcome }) => outcome)).toEqual(['fault:429', 'ok']);
});

test('a server error is an HTTP error', async () => {
  const { error } = await struck({ status: 500 });
  expect(error).toBeInstanceOf(WebAPIHTTPError);
  expect(error).toMatchObject({ statusCode: 500 });
});

test('an error code comes as Slack words it, with the scope that is missing', async () => {
  const { at, error } = await struck({ error: 'missing_scope', needed: 'chat:write' });
  expect(error).toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write' } });
  expect(await at.messages(CHANNEL)).toEqual([]);
});

test('a proxy’s HTML page is no answer', async () => {
  const { error } = await struck({ html: true });
  expect(error).toMatchObject({ data: { error: expect.stringContaining('<html>') } });
});

test('a call that hangs times out and was not carried out', async () => {
  const { at, error } = await struck({ hang: true });
  expect(error).toBeInstanceOf(WebAPIRequestError);
  expect(await at.messages(CHANNEL)).toEqual([]);
});

test('an accepted call whose answer is lost was carried out all the same', async () => {
  const { at, error } = await struck({ acceptThenReset: true });
  expect(error).toBeInstanceOf(WebAPIRequestError);
  expect(await at.messages(CHANNEL)).toHaveLength(1);
});

test('an outage takes calls, sockets and clicks, and passes', async () => {
  const at = await desk();
  const ts = await ask(at);
  const app = await socketApp(at);
  app.action('approve', async ({ ack }) => ack());
  at.faults.down();
  await expect(client(at).auth.test()).rejects.toBeInstanceOf(WebAPIRequestError);
  await expect.poll(() => at.sockets.open).toBe(0);
  expect(await at.person(MIA).click(ts, 'approve')).toMatchObject({ delivered: false });
  at.faults.up();
  expect((await client(at).auth.test()).ok).toBe(true);
  expect(at.calls.map(({ outcome }) => outcome)).toContain('fault:down');
});

test('the record of calls keeps arguments without the token', async () => {
  const at = await desk();
  await ask(at);
  const [call] = at.callsOf('chat.postMessage');
  expect(call?.args).toMatchObject({ channel: CHANNEL, blocks: [{ type: 'section' }, { type: 'actions' }] });
  expect(JSON.stringify(call)).not.toContain('xoxb-1');
});
