import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebAPIRateLimitedError, WebAPIRequestError, WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { boundedFetch } from './bounded-fetch.ts';
import { SILENT } from './web.ts';

/** Slack's own client, which talks to a server that answers as it likes. */
async function clientOf(answer: RequestListener, limit?: number): Promise<WebClient> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new WebClient('xoxb-1', {
    slackApiUrl: `http://127.0.0.1:${port}/api/`,
    fetch: boundedFetch(globalThis.fetch, limit),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 20_000,
    logger: SILENT,
  });
}

it('an answer without end is ended at the bound, and with it the connection', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  const client = await clientOf((_, response) => {
    const part = Buffer.alloc(65_536, ' ');
    const pour = (): void => {
      while (!response.destroyed && response.write(part)) sent += part.length;
      if (!response.destroyed) response.once('drain', pour);
    };
    response.once('close', () => closed.resolve());
    pour();
  }, 1_000_000);
  const failure = await client.auth.test().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WebAPIRequestError);
  // Not the client's own time-out, which would end it too.
  expect((failure as WebAPIRequestError).original.message).toBe('the answer is longer than 1000000 bytes');
  await closed.promise;
  expect(sent).toBeLessThan(50_000_000);
});

it('an answer that breaks off is a failed request, whatever came before', async () => {
  const client = await clientOf((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"ok":true', () => response.destroy());
  });
  await expect(client.auth.test()).rejects.toBeInstanceOf(WebAPIRequestError);
});

it('an answer within the bound comes through whole, with its headers', async () => {
  const client = await clientOf((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': 'chat:write' });
    response.end(JSON.stringify({ ok: true, user_id: 'Ü'.repeat(10_000) }));
  });
  const answer = await client.auth.test();
  expect(answer.user_id).toHaveLength(10_000);
  expect(answer.response_metadata).toMatchObject({ scopes: ['chat:write'] });
});

it.each([
  ['no wait', undefined, 30],
  ['a word', 'soon', 30],
  ['an empty wait', '', 30],
  ['a negative wait', '-5', 30],
  ['a broken wait', '1.5', 30],
  ['a date', 'Wed, 21 Oct 2026 07:28:00 GMT', 30],
  ['no time at all', '0', 1],
  ['a century', '999999999', 3600],
  ['an endless number', '9'.repeat(400), 30],
  ['what Slack says', '7', 7],
])('a 429 with %s is a rate limit', async (_, header, seconds) => {
  const client = await clientOf((_request, response) => {
    response.writeHead(429, header === undefined ? {} : { 'retry-after': header });
    response.end('{"ok":false,"error":"ratelimited"}');
  });
  const error = await client.auth.test().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect((error as WebAPIRateLimitedError).retryAfter).toBe(seconds);
});
