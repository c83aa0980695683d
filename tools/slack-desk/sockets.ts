import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP } from './emulator.ts';
import { record } from './strict.ts';
import type { Delivery, Json } from './types.ts';

/** Slack's limit of open sockets of one app. */
const MAX_SOCKETS = 10;
/** Slack's limit for an acknowledgement. */
export const ACK_TIMEOUT_MS = 3000;

type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** Slack's end of Socket Mode: tickets, hello, envelopes, acknowledgements, disconnects. */
export class SocketMode {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, (payload: Json) => void>();
  readonly #opened: (() => void)[] = [];
  #sockets: WebSocket[] = [];
  #envelopes = 0;

  /** Where sockets are to be opened, for a test in which that is somewhere else than here. */
  address: string | undefined;

  /** What apps.connections.open answers; each URL opens one socket. */
  ticketUrl(host: string): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `ws://${this.address ?? host}/link/?ticket=${ticket}&app_id=${APP.id}`;
  }

  get open(): number {
    return this.#sockets.length;
  }

  /** Resolves once at least `count` sockets are open. */
  async untilOpen(count = 1): Promise<void> {
    while (this.open < count) await new Promise<void>((resolve) => this.#opened.push(resolve));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'ws://desk').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#welcome(ws));
  }

  #welcome(ws: WebSocket): void {
    if (this.open >= MAX_SOCKETS) {
      ws.send(disconnect('too_many_websockets'));
      ws.close();
      return;
    }
    this.#sockets.push(ws);
    ws.on('message', (data) => this.#receive(String(data)));
    ws.on('close', () => {
      this.#sockets = this.#sockets.filter((other) => other !== ws);
    });
    ws.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.open,
        connection_info: { app_id: APP.id },
        debug_info: { host: 'slack-desk', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    for (const opened of this.#opened.splice(0)) opened();
  }

  #receive(data: string): void {
    const message = record(JSON.parse(data));
    const id = String(message?.['envelope_id']);
    this.#waiting.get(id)?.(record(message?.['payload']) ?? {});
    this.#waiting.delete(id);
  }

  /** Hand a payload to one of the open sockets, each in turn, as Slack does with no promised pattern. */
  async deliver(payload: Json): Promise<Delivery> {
    const socket = this.#sockets[this.#envelopes++ % Math.max(this.open, 1)];
    if (socket === undefined) return { delivered: false, acked: false };
    const id = randomUUID();
    const acked = new Promise<Delivery>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve({ delivered: true, acked: false });
      }, ACK_TIMEOUT_MS);
      this.#waiting.set(id, (response) => {
        clearTimeout(timer);
        resolve({ delivered: true, acked: true, response });
      });
    });
    socket.send(
      JSON.stringify({ envelope_id: id, type: 'interactive', accepts_response_payload: true, payload }),
    );
    return { ...(await acked), replay: () => this.deliver(payload) };
  }

  /** Tell every socket to go, as Slack does before it recycles one; the client then reconnects. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#sockets) {
      socket.send(disconnect(reason));
      if (reason !== 'warning') socket.close();
    }
  }

  /** Break every connection without a word. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  close(): void {
    for (const socket of this.#sockets) socket.close(1001);
    setTimeout(() => this.drop(), 500).unref();
    this.#server.close();
  }
}

const disconnect = (reason: DisconnectReason) =>
  JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'slack-desk' } });
