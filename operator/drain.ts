import type { Server, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a server that stops still takes what comes, so that clients leave the connections that they keep by themselves:
 * each answer says that its connection ends. To close one that seems idle may cross a request on its way, which then fails.
 */
const LEAVING_MS = 1_000;
/** How often it is looked whether all have left. */
const LOOK_MS = 20;

/**
 * Watches a server from its start, and gives what stops it: its clients are told to leave, then it accepts nothing more,
 * answers what has been asked, and resolves when every connection is closed. Node alone would wait for clients that keep
 * a connection, and for those that opened one ahead of need, as Go's client does under load.
 */
export function drainable(server: Server | HttpsServer, leavingMs = LEAVING_MS): () => Promise<void> {
  const sockets = new Set<Socket>();
  const open = new Set<ServerResponse>();
  let isStopping = false;
  const accepted = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', accepted);
  server.prependListener('request', (_, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    if (isStopping) closeAfter(response);
  });
  return async () => {
    isStopping = true;
    for (const response of open) closeAfter(response);
    for (let passed = 0; sockets.size > 0 && passed < leavingMs; passed += LOOK_MS) await delay(LOOK_MS);
    // This ends idle connections too; busy ones end with their answer.
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    await closed;
  };
}

/** Tells the client not to use the connection again. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
