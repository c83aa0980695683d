import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackDesk } from './desk.ts';
import { answerPage } from './page.ts';
import { parseArguments, readBody, send } from './server.ts';
import { answerWebApi } from './web-api.ts';

/** Answer one HTTP request to the desk. */
export async function answerRequest(
  desk: SlackDesk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world } = desk;
  const { pathname } = new URL(request.url ?? '/', world.url);
  const body = parseArguments(request.headers['content-type'] ?? '', await readBody(request));
  if (pathname.startsWith('/api/')) {
    const { token: inBody = '', ...args } = body;
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? String(inBody);
    send(response, await answerWebApi(world, { method: pathname.slice('/api/'.length), args, token }));
  } else if (pathname.startsWith('/actions/')) {
    const { status, text } = await world.responseUrls.use(pathname, body);
    world.changed();
    send(response, { status, headers: { 'content-type': 'text/plain' }, body: text });
  } else {
    await answerPage(desk, request, response, body);
  }
}
