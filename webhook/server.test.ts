import { once } from 'node:events';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import express, { type Express } from 'express';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority } from '../tools/cluster/pki.ts';
import { CertificateFolder } from './certificate.ts';
import { type RunningServer, serveHttps } from './server.ts';

const lines: string[] = [];
const LOG = pino({}, { write: (line: string) => lines.push(line) });
let authority: Authority;
let folder: string;
let server: RunningServer;
let agent: Agent;

beforeAll(async () => {
  authority = await Authority.create('test');
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvalgate-server-'));
  agent = new Agent({ ca: authority.certificate, keepAlive: true, maxSockets: 1 });
});

afterEach(async () => {
  agent.destroy();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function certificate(host: string, into: string): Promise<void> {
  const issued = await authority.issue({ name: host, hosts: [host, '127.0.0.1'] });
  await writeFile(join(into, 'tls.crt'), issued.certificate);
  await writeFile(join(into, 'tls.key'), issued.key);
}

async function start(app: Express, certDir = folder, limits = {}): Promise<void> {
  const certificate = new CertificateFolder(certDir, LOG);
  server = await serveHttps(app, { host: '127.0.0.1', port: 0, certificate, log: LOG, limits });
}

/** As a mounted Secret: files are links into `..data`, itself a link that is swapped. */
async function mounted(host: string, data: string): Promise<void> {
  const version = await mkdtemp(join(folder, 'version-'));
  await certificate(host, version);
  await symlink(version, `${data}.new`);
  await rename(`${data}.new`, data);
}

interface Reply {
  readonly text: string;
  readonly connection: string | undefined;
  /** Of the connection, to tell a kept one from a new one. */
  readonly localPort: number | undefined;
}

function get(path = '/'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, agent }, (response) => {
      const { localPort } = response.socket;
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ text: body, connection: response.headers.connection, localPort }));
    });
    call.on('error', reject).end();
  });
}

/** The name in the certificate that a new connection is shown. */
function servedName(): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, ca: authority.certificate };
    const socket: TLSSocket = connect(options, () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(Array.isArray(CN) ? CN[0] : CN);
      socket.end();
    });
    socket.on('error', reject);
  });
}

const refusal = (cause: string) => expect.poll(() => lines.some((line) => line.includes(cause))).toBe(true);

const untilServed = (name: string) => expect.poll(servedName).toBe(name);

describe('the HTTPS server', () => {
  it('serves a new certificate after a Secret was swapped, and drops no connection', async () => {
    const data = join(folder, '..data');
    await mounted('old.example', data);
    for (const file of ['tls.crt', 'tls.key']) await symlink(join('..data', file), join(folder, file));
    await start(express().get('/', (_, response) => void response.send('here')));
    const before = await get();
    await untilServed('old.example');

    await mounted('new.example', data);
    await untilServed('new.example');
    expect(await get()).toEqual(before);
  });

  it('keeps the old certificate while the new files are missing or fit not each other', async () => {
    await certificate('old.example', folder);
    await start(express());
    const other = await authority.issue({ name: 'half.example', hosts: ['127.0.0.1'] });
    await rm(join(folder, 'tls.key'));
    await refusal('ENOENT');
    expect(await servedName()).toBe('old.example');
    await writeFile(join(folder, 'tls.crt'), other.certificate);
    await writeFile(join(folder, 'tls.key'), (await authority.issue({ name: 'x' })).key);
    await refusal('key values mismatch');
    expect(await servedName()).toBe('old.example');
    await writeFile(join(folder, 'tls.key'), other.key);
    await untilServed('half.example');
  });

  it('answers what was asked before it stops, and then ends kept connections', async () => {
    await certificate('a.example', folder);
    const asked = Promise.withResolvers<() => void>();
    const slow = express().get('/slow', (_, response) => asked.resolve(() => response.send('answered')));
    await start(slow);
    const answered = get('/slow');
    const release = await asked.promise;
    const stopped = server.stop();
    release();
    expect(await answered).toMatchObject({ text: 'answered', connection: 'close' });
    await stopped;
    await expect(get('/slow')).rejects.toThrow('ECONNREFUSED');
  });

  it('answers a request whose headers were still arriving, and then ends its connection', async () => {
    await certificate('a.example', folder);
    await start(express().get('/', (_, response) => void response.send('answered')));
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.certificate });
    await once(socket, 'secureConnect');
    socket.write('GET / HTTP/1.1\r\nHost: a.example\r\n');
    // The server answers this one after it has read what came before on the other connection.
    await get();
    const stopped = server.stop();
    socket.write('\r\n');
    const answer = await text(socket);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('answered');
    await stopped;
  });

  it('stops while a kept connection is idle', async () => {
    await certificate('a.example', folder);
    await start(express().get('/', (_, response) => void response.send('here')));
    expect((await get()).connection).toBe('keep-alive');
    await server.stop();
  });

  it('stops while a connection was opened ahead of need', async () => {
    await certificate('a.example', folder);
    await start(express());
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.certificate });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    await servedName();
    await server.stop();
  });

  it('says which file is missing when it cannot start', async () => {
    await certificate('a.example', folder);
    await start(express());
    const nothing = new CertificateFolder('/nowhere', LOG);
    const missing = serveHttps(express(), { host: '127.0.0.1', port: 0, certificate: nothing, log: LOG });
    await expect(missing).rejects.toThrow('/nowhere/tls.crt');
  });

  const SHORT = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };

  it.each([
    ['says nothing at all', ''],
    ['sends its headers a byte at a time', 'GET / HTTP/1.1\r\nHost: '],
    ['sends its body a byte at a time', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{'],
  ])('ends a connection that %s', async (_, begun) => {
    await certificate('a.example', folder);
    await start(express().post('/', express.json({ type: () => true })), folder, SHORT);
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.certificate });
    await once(socket, 'secureConnect');
    socket.write(begun);
    const dripping = setInterval(() => begun && socket.writable && socket.write('a'), 20);
    const answer = await text(socket);
    clearInterval(dripping);
    expect(answer).toMatch(/^HTTP\/1.1 408 .*\r\n\r\n\{"error":"the request took too long to arrive"\}$/s);
  });

  it('ends a connection that begins no TLS', async () => {
    await certificate('a.example', folder);
    await start(express(), folder, { handshakeTimeout: 300 });
    const socket = connectPlainly({ host: '127.0.0.1', port: server.port });
    socket.on('error', () => undefined);
    await once(socket, 'close');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'this is no HTTP request'],
    ['a header that is too large', `GET / HTTP/1.1\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'too large'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'no HTTP',
    ],
  ])('answers %s in JSON', async (_, sent, code, error) => {
    await certificate('a.example', folder);
    await start(express());
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.certificate });
    await once(socket, 'secureConnect');
    socket.write(sent);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${code} `);
    expect(head).toContain('Content-Type: application/json');
    expect(JSON.parse(body)).toEqual({ error: expect.stringContaining(error) });
  });
});
