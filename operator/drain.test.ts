import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { drainable } from './drain.ts';

/** Longer than the test needs: who asks within it is answered on the slowest machine. */
const LEAVING_MS = 10_000;

async function start(leavingMs: number): Promise<{ server: Server; stop: () => Promise<void> }> {
  const server = createServer((_, response) => void response.end('here'));
  const stop = drainable(server, leavingMs);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, stop };
}

/** A client that keeps its one connection, as long as it is let. */
function client(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

function get(
  server: Server,
  agent: Agent,
): Promise<{ connection: string | undefined; port: number | undefined }> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const call = request({ host: '127.0.0.1', port, agent }, (response) => {
      const { localPort } = response.socket;
      const { connection } = response.headers;
      response.resume().on('end', () => resolve({ connection, port: localPort }));
    });
    call.on('error', (error) => reject(Object.assign(error, { reusedSocket: call.reusedSocket }))).end();
  });
}

it('a request on a connection that seemed idle when the stop began is answered, and the client told to leave', async () => {
  const { server, stop } = await start(LEAVING_MS);
  const agents = [client(), client()];
  const [kept, other] = [await get(server, client()), await get(server, agents[0] as Agent)];
  expect([kept.connection, other.connection]).toEqual(['keep-alive', 'keep-alive']);
  const stopped = stop();
  await delay(100);
  expect(await get(server, agents[0] as Agent)).toEqual({ connection: 'close', port: other.port });
  // It has not heard yet that it should go elsewhere.
  expect(await get(server, agents[1] as Agent)).toMatchObject({ connection: 'close' });
  expect((await get(server, agents[0] as Agent)).port).not.toBe(other.port);
  agents[0]?.destroy();
  // One that never asks again must not hold the stop up for ever: it is the test's patience that bounds this.
  await stopped;
  expect(server.listening).toBe(false);
}, 60_000);

it('ends as soon as every client has left', async () => {
  const { server, stop } = await start(600_000);
  const agent = client();
  await get(server, agent);
  const stopped = stop();
  expect((await get(server, agent)).connection).toBe('close');
  await stopped;
  await expect(get(server, agent)).rejects.toThrow();
});

it('fails no request of clients that ask all the time on connections that they keep', async () => {
  const { server, stop } = await start(500);
  let answered = 0;
  const failures: string[] = [];
  const ask = async (agent: Agent): Promise<void> => {
    for (;;) {
      try {
        await get(server, agent);
        answered += 1;
      } catch (error) {
        // Refused, or cut off before it was taken, is what is not accepted any more.
        const { code = '', reusedSocket = false } = error as { code?: string; reusedSocket?: boolean };
        if (reusedSocket || server.listening) failures.push(code);
        return;
      }
    }
  };
  const asking = Array.from({ length: 8 }, () => ask(client()));
  await expect.poll(() => answered).toBeGreaterThan(100);
  await stop();
  await Promise.all(asking);
  expect(failures).toEqual([]);
});
