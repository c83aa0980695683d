import { APP, type WebApiAnswer } from './emulator.ts';
import { record } from './strict.ts';
import type { Json } from './types.ts';
import type { World } from './world.ts';

/** Arguments as the emulator needs them: history is filtered here, so it must come whole. */
export function forwarded(method: string, args: Json): Json {
  return method === 'conversations.history' ? { channel: args['channel'], limit: 1000 } : args;
}

/** Put into an answer of the emulator what Slack's own has besides. */
export function detailed(method: string, args: Json, answer: WebApiAnswer, world: World): WebApiAnswer {
  if (!answer.ok) return answer;
  switch (method) {
    case 'auth.test':
      return { ...answer, ...organisation(world) };
    case 'users.info':
      return { ...answer, user: userDetails(answer['user'], world) };
    case 'bots.info':
      return { ...answer, bot: { ...record(answer['bot']), app_id: APP.id } };
    case 'users.list':
      return { ...answer, members: list(answer['members']).map((user) => userDetails(user, world)) };
    case 'conversations.info':
      return { ...answer, channel: channelDetails(answer['channel'], world) };
    case 'conversations.history':
      return { ...answer, ...historyPage(list(answer['messages']), args) };
    case 'chat.postMessage':
    case 'chat.update':
      return { ...answer, message: fromApp(record(answer['message']) ?? {}) };
    default:
      return answer;
  }
}

function organisation({ enterprise }: World): Json {
  if (enterprise === undefined) return { is_enterprise_install: false };
  return { enterprise_id: enterprise.id, is_enterprise_install: enterprise.orgWide ?? false };
}

const FLAGS = ['is_restricted', 'is_ultra_restricted', 'is_stranger', 'is_invited_user'] as const;

function userDetails(user: unknown, { users }: World): Json {
  const known = record(user) ?? {};
  const spec = users.get(String(known['id']));
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, spec?.[flag] ?? false]));
  return {
    ...known,
    ...flags,
    is_bot: spec?.is_bot ?? known['is_bot'],
    deleted: spec?.deleted ?? false,
    team_id: spec?.team_id === null ? undefined : (spec?.team_id ?? known['team_id']),
    enterprise_user: spec?.enterprise_user,
    is_email_confirmed: true,
  };
}

function channelDetails(channel: unknown, { channels }: World): Json {
  const known = record(channel) ?? {};
  const spec = channels.get(String(known['id']));
  return {
    ...known,
    is_shared: spec?.is_shared ?? spec?.is_ext_shared ?? false,
    is_ext_shared: spec?.is_ext_shared ?? false,
    is_org_shared: spec?.is_org_shared ?? false,
  };
}

/** `oldest` and `latest` exclude their own time unless `inclusive`; Slack's default page has 100 messages. */
function historyPage(messages: readonly Json[], args: Json): Json {
  const oldest = Number(args['oldest'] ?? 0);
  const latest = Number(args['latest'] ?? Number.POSITIVE_INFINITY);
  const inclusive = isTrue(args['inclusive']);
  const within = messages.filter(({ ts }) => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest));
  });
  const from = Number(args['cursor'] ?? 0);
  const to = from + Math.min(Number(args['limit'] ?? 100), 999);
  return {
    messages: within.slice(from, to).map((message) => messageDetails(message, args)),
    has_more: to < within.length,
    response_metadata: { next_cursor: to < within.length ? String(to) : '' },
  };
}

/** Without `include_all_metadata`, Slack tells only the type of a message's metadata. */
function messageDetails(message: Json, args: Json): Json {
  const full = fromApp(message);
  const metadata = record(full['metadata']);
  if (metadata === undefined || isTrue(args['include_all_metadata'])) return full;
  return { ...full, metadata: { event_type: metadata['event_type'] } };
}

/** The message with what marks it as the app's own. */
export function fromApp<T extends Json>(message: T): T {
  return message['user'] === APP.userId ? { ...message, bot_id: APP.botId, app_id: APP.id } : message;
}

const isTrue = (value: unknown) => value === true || value === 'true' || value === '1' || value === 1;
const list = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map((item) => record(item) ?? {}) : [];
