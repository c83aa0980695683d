import type { Server, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Watches a server from its start, and gives what stops it: it accepts nothing more, answers what has been asked, and
 * resolves when every connection is closed. Node alone would wait for clients that keep a connection, and for those
 * that opened one ahead of need, as Go's client does under load.
 */
export function drainable(server: Server | HttpsServer): () => Promise<void> {
  const sockets = new Set<Socket>();
  const open = new Set<ServerResponse>();
  const accepted = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', accepted);
  server.prependListener('request', (_, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    if (!server.listening) closeAfter(response);
  });
  return async () => {
    // This ends idle connections too; busy ones end with their answer.
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const response of open) closeAfter(response);
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    await closed;
  };
}

/** Tells the client not to use the connection again. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
