import { detailed, forwarded } from './details.ts';
import type { WebApiAnswer } from './emulator.ts';
import { type Fault, faultName } from './faults.ts';
import { storedBlocks } from './stored-form.ts';
import { type Refusal, record, refuseMessage, refuseView } from './strict.ts';
import type { EphemeralMessage, Json, RecordedCall } from './types.ts';
import type { World } from './world.ts';

/** One HTTP answer; `reset` breaks the connection, `hang` never answers. */
export type Reply =
  | 'reset'
  | 'hang'
  | { readonly status: number; readonly headers: Json; readonly body: string };

/** Answer one Web API call: fault, token, Slack's own checks, then the emulator. */
export async function answerWebApi(
  world: World,
  call: { readonly method: string; readonly args: Json; readonly token: string },
): Promise<Reply> {
  const at = new Date(world.now());
  const entry: RecordedCall = { method: call.method, args: call.args, at, outcome: 'pending' };
  world.calls.push(entry);
  if (world.faults.isDown) {
    entry.outcome = 'fault:down';
    return 'reset';
  }
  const fault = world.faults.take(call.method);
  if (fault !== undefined) {
    entry.outcome = faultName(fault);
    if ('acceptThenReset' in fault) await carryOut(world, call);
    return faulty(fault);
  }
  const retryAfter = world.rates?.refuse(call.method, call.args);
  if (retryAfter !== undefined) {
    entry.outcome = 'ratelimited';
    return faulty({ status: 429, retryAfter });
  }
  const begun = performance.now();
  const answer = await carryOut(world, call);
  entry.tookMs = performance.now() - begun;
  entry.outcome = answer.ok ? 'ok' : (answer.error ?? 'error');
  return json(answer);
}

async function carryOut(
  world: World,
  { method, args, token }: { method: string; args: Json; token: string },
): Promise<WebApiAnswer> {
  const refusal = refuseToken(world, method, token) ?? (await refuse(world, method, args));
  if (refusal !== undefined) return refused(refusal);
  if (method === 'apps.connections.open') return { ok: true, url: world.socketUrl() };
  const answer = await world.state.call(method, forwarded(method, args));
  if (answer.ok) notice(world, method, args, answer);
  return detailed(method, args, answer, world);
}

function refuseToken(world: World, method: string, token: string): Refusal | undefined {
  if (token === '') return { error: 'not_authed' };
  const { app, bot } = world.tokens;
  const wanted = method === 'apps.connections.open' ? app : bot;
  if (token === wanted) return undefined;
  return { error: token === app || token === bot ? 'not_allowed_token_type' : 'invalid_auth' };
}

/** Where an app must have been invited; the emulator lets it into public channels, and Slack hides private ones. */
const NEEDS_MEMBERSHIP = new Set([
  'chat.postMessage',
  'chat.postEphemeral',
  'chat.update',
  'conversations.history',
]);

async function refuse(world: World, method: string, args: Json): Promise<Refusal | undefined> {
  if (method.startsWith('views.')) return refuseView(args);
  if (!NEEDS_MEMBERSHIP.has(method)) return undefined;
  const info = await world.state.call('conversations.info', { channel: args['channel'] });
  if (info.error === 'not_in_channel') return { error: 'channel_not_found' };
  if (info.ok && record(info['channel'])?.['is_member'] !== true) return { error: 'not_in_channel' };
  return method.startsWith('chat.') ? refuseMessage(method, args) : undefined;
}

function refused({ error, messages }: Refusal): WebApiAnswer {
  return messages
    ? { ok: false, error, errors: messages, response_metadata: { messages } }
    : { ok: false, error };
}

/** Keep what only people's screens know. */
function notice(world: World, method: string, args: Json, answer: Json): void {
  const view = JSON.parse(JSON.stringify(answer['view'] ?? null));
  if (method === 'views.open') world.modals.opened(String(args['trigger_id']), view);
  if (method === 'views.update') world.modals.updated(view);
  if (method === 'chat.postEphemeral') world.ephemerals.push(ephemeral(args, String(answer['message_ts'])));
  world.changed();
}

function ephemeral(args: Json, ts: string): EphemeralMessage {
  const { blocks } = args;
  return {
    ts,
    channel: String(args['channel']),
    user: String(args['user']),
    text: String(args['text'] ?? ''),
    ...(Array.isArray(blocks) ? { blocks: JSON.parse(JSON.stringify(storedBlocks(blocks))) } : {}),
  };
}

function json(answer: Json): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

function faulty(fault: Fault): Reply {
  if ('acceptThenReset' in fault) return 'reset';
  if ('hang' in fault) return 'hang';
  if ('answer' in fault) {
    const headers = { 'content-type': 'application/json', ...fault.headers };
    return { status: fault.status ?? 200, headers, body: JSON.stringify(fault.answer) };
  }
  if ('html' in fault) {
    return {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Bad gateway</body></html>',
    };
  }
  if ('error' in fault) {
    const scopes = fault.needed === undefined ? {} : { needed: fault.needed, provided: 'chat:write' };
    return json({ ok: false, error: fault.error, ...scopes });
  }
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  const body = JSON.stringify({ ok: false, error: fault.status === 429 ? 'ratelimited' : 'internal_error' });
  return { status: fault.status, headers: { 'content-type': 'application/json', ...retry }, body };
}
