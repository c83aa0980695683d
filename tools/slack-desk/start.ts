import { SlackDesk } from './desk.ts';
import { startState } from './emulator.ts';
import { answerRequest } from './routes.ts';
import { close, listen } from './server.ts';
import type { SlackDeskOptions } from './types.ts';

/** A desk that listens; `close` ends its server, its sockets and the emulator. */
export type RunningSlackDesk = SlackDesk & { readonly close: () => Promise<void> };

/** Start a desk. */
export async function startSlackDesk(options: SlackDeskOptions): Promise<RunningSlackDesk> {
  const { host = '127.0.0.1' } = options;
  let desk: SlackDesk | undefined;
  const { server, port } = await listen({ host, port: options.port ?? 0 }, async (request, response) => {
    if (desk === undefined) response.writeHead(503).end();
    else await answerRequest(desk, request, response);
  });
  const url = `http://${host}:${port}`;
  const state = await startState(options, url);
  const running = new SlackDesk(options, url, state);
  desk = running;
  server.on('upgrade', (request, socket, head) => {
    if (running.faults.isDown) socket.destroy();
    else running.sockets.upgrade(request, socket, head);
  });
  return Object.assign(running, {
    close: async () => {
      running.sockets.close();
      await close(server);
      await state.close();
    },
  });
}
