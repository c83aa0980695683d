import { expect, it, onTestFinished } from 'vitest';
import { buildHealth } from './health.ts';
import { listenHttp } from './listen.ts';
import { registry } from './metrics.ts';

async function get(
  path: string,
  notReady: () => Promise<string[]>,
  { dead, outOfSight }: Partial<Pick<Parameters<typeof buildHealth>[0], 'dead' | 'outOfSight'>> = {},
) {
  const app = buildHealth({
    registry,
    notReady,
    outOfSight: outOfSight ?? (() => Promise.resolve([])),
    dead: dead ?? (() => undefined),
    warnings: () => ['Slack: no connection'],
  });
  const { port, stop } = await listenHttp(app, { host: '127.0.0.1', port: 0 });
  onTestFinished(stop);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  return { status: answer.status, text: await answer.text() };
}

it('what is out of sight makes it not ready, each cause on its line before what only works badly', async () => {
  const causes = ['blind on checkpoints: it is refused', 'rules are not listed yet'];
  expect(await get('/readyz', () => Promise.resolve(causes))).toEqual({
    status: 503,
    text: `${causes.join('\n')}\nwarning: Slack: no connection\n`,
  });
});

it('what is out of sight stops no admission: it is asked without waiting for the API server', async () => {
  const none = () => Promise.resolve([]);
  const blind = { outOfSight: () => Promise.resolve(['blind on checkpoints: it is refused']) };
  expect((await get('/readyz', none, blind)).status).toBe(503);
  const silent = { outOfSight: () => new Promise<string[]>(() => undefined) };
  expect(await get('/readyz?exclude=sight', none, silent)).toMatchObject({ status: 200 });
  const starting = () => Promise.resolve(['rules are not listed yet']);
  expect((await get('/readyz?exclude=sight', starting, silent)).status).toBe(503);
});

it('what works badly alone does not', async () => {
  const answer = await get('/readyz', () => Promise.resolve([]));
  expect(answer).toEqual({ status: 200, text: 'warning: Slack: no connection\n' });
});

it('whether the process runs asks nobody', async () => {
  const asked = () => Promise.reject(new Error('asked'));
  expect(await get('/healthz', asked)).toEqual({ status: 200, text: 'ok\n' });
});

it('says that the process is to be ended where it can do nothing more', async () => {
  const ready = () => Promise.resolve([]);
  const answer = await get('/healthz', ready, { dead: () => 'the lead was not renewed in time' });
  expect(answer).toEqual({ status: 500, text: 'the lead was not renewed in time\n' });
});
