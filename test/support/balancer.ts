import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands for a Service: each new connection goes to the next of the ports that are ready. */
export class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ready = new Set<number>();
  #next = 0;

  private constructor() {
    this.#server = createServer((client) => this.#take(client));
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  add(port: number): void {
    this.#ready.add(port);
  }

  remove(port: number): void {
    this.#ready.delete(port);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #take(client: Socket): void {
    const ports = [...this.#ready];
    const port = ports[this.#next++ % ports.length];
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
