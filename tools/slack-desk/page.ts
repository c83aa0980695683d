import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import type { SlackDesk } from './desk.ts';
import type { Names } from './page/blocks.ts';
import { type Entry, entryView } from './page/channel.ts';
import { documentHtml } from './page/document.ts';
import { modalView } from './page/modal.ts';
import type { ChannelSpec, Json, UserSpec } from './types.ts';

const library = dirname(createRequire(import.meta.url).resolve('slack-blocks-to-jsx'));
const own = (name: string) => join(import.meta.dirname, 'page', name);
const FILES: { readonly [path: string]: { readonly type: string; readonly path: string } } = {
  '/desk/page.css': { type: 'text/css', path: own('page.css') },
  '/desk/parts.css': { type: 'text/css', path: own('parts.css') },
  '/desk/page.js': { type: 'text/javascript', path: own('page.js') },
  '/desk/blocks.css': { type: 'text/css', path: join(library, 'style.css') },
};
/** What an app's messages hold is not trusted: the page runs its own script alone and loads nothing from afar. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

interface Viewer {
  readonly user: UserSpec;
  readonly channel: ChannelSpec;
}

/** Answer a browser: the page, its files, its live state, and what the person at it does. */
export async function answerPage(
  desk: SlackDesk,
  request: IncomingMessage,
  response: ServerResponse,
  body: Json,
): Promise<void> {
  const url = new URL(request.url ?? '/', desk.url);
  if (!isLocal(desk, request)) {
    response.writeHead(403).end('the desk answers its own page alone');
    return;
  }
  if (request.method === 'POST') {
    const outcome = await act(desk, url.pathname, body);
    reply(response, 'application/json', JSON.stringify(outcome));
    return;
  }
  const file = FILES[url.pathname];
  const link = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (file !== undefined) reply(response, file.type, readFileSync(file.path, 'utf8'));
  else if (link) response.writeHead(302, { location: `/?channel=${link[1]}#m-${link[2]}.${link[3]}` }).end();
  else if (url.pathname === '/desk/events') streamChanges(desk, response);
  else if (url.pathname === '/desk/state') {
    reply(response, 'application/json', JSON.stringify(await state(desk, viewer(desk, url.searchParams))));
  } else if (url.pathname === '/')
    reply(response, 'text/html', await html(desk, viewer(desk, url.searchParams)));
  else response.writeHead(404).end('not found');
}

/** Other pages in the same browser must neither read the desk (DNS rebinding) nor click on it. */
function isLocal(desk: SlackDesk, { headers }: IncomingMessage): boolean {
  const { port } = new URL(desk.url);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  return (
    hosts.includes(headers.host ?? '') && (headers.origin === undefined || origins.includes(headers.origin))
  );
}

function reply(response: ServerResponse, type: string, body: string): void {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(200, headers).end(body);
}

function streamChanges(desk: SlackDesk, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('data: hello\n\n');
  response.on(
    'close',
    desk.onChange(() => response.write('data: change\n\n')),
  );
}

async function act(desk: SlackDesk, path: string, body: Json): Promise<Json> {
  const person = desk.person(String(body['user']));
  if (path === '/desk/click') {
    const { acked } = await person.click(String(body['ts']), String(body['action']));
    return { acked };
  }
  const view = desk.openView(person.user.id);
  if (path === '/desk/cancel') person.cancel();
  if (path !== '/desk/submit' || view === undefined) return { acked: true };
  const typed = Object.entries(body['values'] ?? {}).map(([id, value]) => [id, String(value)]);
  const { acked, errors } = await person.submit(view, Object.fromEntries(typed));
  return { acked: acked || errors !== undefined };
}

/** Whose screen and which channel; the first ones where the query names none. */
function viewer({ world }: SlackDesk, query: URLSearchParams): Viewer {
  const [anybody] = world.users.values();
  const [anywhere] = world.channels.values();
  const user = world.users.get(query.get('user') ?? '') ?? anybody;
  const channel = world.channels.get(query.get('channel') ?? '') ?? anywhere;
  if (user === undefined || channel === undefined) throw new Error('the desk needs a user and a channel');
  return { user, channel };
}

async function html(desk: SlackDesk, who: Viewer): Promise<string> {
  const { users, channels } = desk.world;
  return documentHtml({
    workspace: appName(desk),
    ...who,
    users: [...users.values()],
    channels: [...channels.values()],
    messages: await shownMessages(desk, who),
  });
}

async function state(desk: SlackDesk, who: Viewer): Promise<Json> {
  const messages = (await shownMessages(desk, who)).map(({ id, node }) => ({
    id,
    html: renderToStaticMarkup(node),
  }));
  const view = desk.openView(who.user.id);
  const modal = view && renderToStaticMarkup(modalView(view, desk.viewErrors(who.user.id), namesOf(desk)));
  return { messages, modal: modal ?? null };
}

async function shownMessages(desk: SlackDesk, who: Viewer) {
  const names = namesOf(desk);
  return (await entries(desk, who)).map((entry) => ({
    id: `m-${entry.ts}`,
    node: entryView(entry, appName(desk), names),
  }));
}

async function entries(desk: SlackDesk, { user, channel }: Viewer): Promise<Entry[]> {
  const posted = await desk.messages(channel.id);
  const own = desk.ephemerals(user.id).filter((message) => message.channel === channel.id);
  return [...posted, ...own].toSorted((a, b) => Number(a.ts) - Number(b.ts));
}

function namesOf({ world }: SlackDesk): Names {
  const users = [...world.users.values()].map(({ id, name, realName }) => ({ id, name: realName ?? name }));
  return { users, channels: [...world.channels.values()].map(({ id, name }) => ({ id, name })) };
}

const appName = (desk: SlackDesk): string => desk.options.appName ?? 'ApprovalGate';
