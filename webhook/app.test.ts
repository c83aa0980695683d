import { createServer } from 'node:http';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWebhook } from './app.ts';

const registry = new Registry();
let getCheckpoint = (): Promise<undefined> => Promise.resolve(undefined);
const server = createServer(
  buildWebhook({
    getCheckpoint: () => getCheckpoint(),
    operatorUsername: 'system:serviceaccount:approvalgate:approvalgate',
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    registry,
  }),
);
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());

interface Reply {
  readonly status: number;
  readonly body: {
    error?: string;
    response?: { uid: string; allowed: boolean; patch?: string; status?: { code: number; message: string } };
  };
}

async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, body: (await response.json()) as Reply['body'] };
}

/** The request around an object's source, so that the object may be any text that is JSON. */
function review(kind: string, object: string): string {
  return `{"request":{"uid":"u-1","operation":"CREATE","kind":{"kind":"${kind}"},"namespace":"shop",
    "userInfo":{"username":"mia"},"object":${object}}}`;
}

async function counted(labels: string): Promise<number> {
  const line = (await registry.metrics())
    .split('\n')
    .find((each) => each.startsWith(`controller_runtime_webhook_requests_total{${labels}}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('the webhook', () => {
  it('answers a request with its uid and a patch', async () => {
    const { status, body } = await post('/mutate', review('Checkpoint', '{"spec":{"action":"x"}}'));
    expect(status).toBe(200);
    expect(body.response).toMatchObject({ uid: 'u-1', allowed: true });
    const patch: unknown = JSON.parse(Buffer.from(body.response?.patch ?? '', 'base64').toString());
    expect(patch).toContainEqual({ op: 'add', path: '/spec/requester', value: { username: 'mia' } });
  });

  it('refuses too many labels of whatever it is asked about, with their number', async () => {
    const labels = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v']));
    const object = JSON.stringify({ metadata: { labels }, spec: { actions: ['a'] } });
    for (const kind of ['Checkpoint', 'CheckpointReview', 'CheckpointRule', 'ClusterCheckpointRule']) {
      for (const path of ['/mutate', '/validate']) {
        const { body } = await post(path, review(kind, object));
        expect(body.response?.status?.message).toBe('metadata.labels: has 65 entries, and may have 64');
      }
    }
  });

  it('leaves alone what it does not know', async () => {
    for (const kind of ['Pod', '__proto__', 'constructor', 'toString']) {
      const { body } = await post('/mutate', review(kind, '{"spec":7}'));
      expect(body.response).toEqual({ uid: 'u-1', allowed: true });
    }
  });

  it.each([
    ['no JSON', '{"request":', 400],
    ['nothing', '', 400],
    ['a text', '"x"', 400],
    ['a list', '[1]', 400],
    ['no request', '{}', 400],
    ['no uid', '{"request":{"operation":"CREATE","kind":{"kind":"Checkpoint"}}}', 400],
    ['7 MiB and a bit', review('Checkpoint', `"${'x'.repeat(7 * 1024 * 1024)}"`), 413],
  ])('answers %s with a clear error', async (_, text, code) => {
    const before = await counted(`webhook="/validate",code="${code}"`);
    const { status, body } = await post('/validate', text);
    expect(status).toBe(code);
    expect(body.error?.length).toBeGreaterThan(10);
    expect(await counted(`webhook="/validate",code="${code}"`)).toBe(before + 1);
  });

  it('answers what is not in UTF-8, or not what its encoding says, with a clear error', async () => {
    const object = review('Checkpoint', '{"spec":{}}');
    expect((await post('/mutate', object, { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('/mutate', object, { 'content-type': 'application/json; charset=x-1' })).status).toBe(
      415,
    );
  });

  it.each([
    ['GET', '/mutate', 405, 'an AdmissionReview is sent by POST'],
    ['PUT', '/validate', 405, 'an AdmissionReview is sent by POST'],
    ['GET', '/', 404, 'there are /mutate, /validate and /healthz'],
    ['POST', '/mutate/x', 404, 'there are /mutate, /validate and /healthz'],
  ])('answers %s %s in JSON, with %i', async (method, path, code, error) => {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(code);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ error });
  });

  it.each([
    [
      'a number that JavaScript would round',
      '{"spec":{"context":{"id":12345678901234567890}}}',
      'spec.context.id',
    ],
    ['a depth of 5,000', `{"spec":{"context":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}}`, 'levels deep'],
    [
      'lists as deep as a body allows',
      `{"spec":{"context":{"a":${'['.repeat(3e6)}${']'.repeat(3e6)}}}}`,
      'levels deep',
    ],
    ['6 MB', `{"spec":{"context":{"a":"${'x'.repeat(6e6)}"}}}`, '65536 bytes as JSON, has 6000008'],
    [
      'a million keys',
      `{"spec":{"context":{${Array.from({ length: 5e5 }, (_, i) => `"${i}":1`)}}}}`,
      '65536 bytes',
    ],
    [
      'a prototype out of bounds',
      '{"spec":{"context":{"__proto__":{"n":1e300}}}}',
      'spec.context.__proto__.n',
    ],
  ])('refuses a context with %s in words', async (_, object, message) => {
    for (const path of ['/mutate', '/validate']) {
      const { body } = await post(path, review('Checkpoint', object));
      expect(body.response).toMatchObject({ allowed: false, status: { code: 422 } });
      expect(body.response?.status?.message).toContain(message);
    }
  });

  it('refuses, and says so, what it cannot check', async () => {
    getCheckpoint = () => Promise.reject(new Error('secret cause'));
    const object = '{"spec":{"checkpoint":{"name":"a","uid":"b"}}}';
    const { status, body } = await post('/mutate', review('CheckpointReview', object));
    expect(status).toBe(200);
    expect(body.response).toMatchObject({ uid: 'u-1', allowed: false, status: { code: 500 } });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(await counted('webhook="/mutate",code="500"')).toBe(1);
  });

  it('counts allowed and refused requests, and times them', async () => {
    await post('/validate', review('Checkpoint', '{"spec":{}}'));
    expect(await counted('webhook="/validate",code="200"')).toBeGreaterThan(0);
    expect(await counted('webhook="/validate",code="422"')).toBeGreaterThan(0);
    expect(await registry.metrics()).toMatch(
      /controller_runtime_webhook_latency_seconds_count\{webhook="\/validate"\} [1-9]/,
    );
  });

  it('is healthy still, after all that', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
