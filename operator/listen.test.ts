import { expect, it, onTestFinished, vi } from 'vitest';
import { buildHealth } from './health.ts';
import { listenHttp } from './listen.ts';

/** A health server whose metrics cannot be read. */
async function get(asked: string) {
  const [method = '', path] = asked.split(' ');
  const broken = { contentType: 'text/plain', metrics: () => Promise.reject(new Error('a secret of ours')) };
  const app = buildHealth({
    registry: broken as never,
    notReady: () => Promise.resolve([]),
    outOfSight: () => Promise.resolve([]),
    dead: () => undefined,
    warnings: () => [],
  });
  const { port, stop } = await listenHttp(app, { host: '127.0.0.1', port: 0 });
  onTestFinished(stop);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { connection: 'close' },
  });
  return { status: answer.status, text: await answer.text() };
}

it.each([
  ['GET /metrics', 500, 'Failed'],
  ['GET /etc', 404, 'NotFound'],
  ['POST /healthz', 404, 'NotFound'],
])(
  'what fails or is not there is answered in JSON, without stack or file: %s',
  async (asked, status, error) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => printed.mockRestore());
    expect(await get(asked)).toEqual({ status, text: JSON.stringify({ error }) });
    expect(printed).not.toHaveBeenCalled();
  },
);

it('what works is answered as before', async () => {
  expect(await get('GET /readyz')).toEqual({ status: 200, text: 'ok\n' });
});
