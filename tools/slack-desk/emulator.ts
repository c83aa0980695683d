import { createEmulator } from 'emulate';
import { storedForm, type Unforeseen } from './stored-form.ts';
import type { ChannelSpec, Json, SlackDeskOptions } from './types.ts';

/** Fixed ids of the one workspace and the one app. */
export const TEAM = { id: 'T000000001', domain: 'approvalgate' } as const;
export const APP = { id: 'A0APPRGATE', botId: 'B0APPRGATE', userId: 'U0APPRGATE' } as const;

const ADMIN_TOKEN = 'xoxp-desk-admin';
const SCOPES = 'chat:write users:read channels:read groups:read channels:history groups:history';

export type WebApiAnswer = Json & {
  readonly ok: boolean;
  readonly error?: string;
};

/** Slack's state, kept by the `emulate` package, under the ids that the caller chose. */
export interface SlackState {
  /** Call a Web API method as the app, or as the workspace's admin. Resolves with `ok: false` too. */
  call<T = WebApiAnswer>(method: string, args: Json, as?: 'app' | 'admin'): Promise<T>;
  /** Whatever else Slack does to each block that it is given from now on. */
  unforeseen: Unforeseen;
  close(): Promise<void>;
}

/** Start the emulator; `publicUrl` is what permalinks begin with. */
export async function startState(options: SlackDeskOptions, publicUrl: string): Promise<SlackState> {
  const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: seed(options) } });
  const base = emulator.url.replace('localhost', '127.0.0.1');
  const unnamed = caller(base, options.botToken, new Map());
  const names = await emulatorNames(unnamed, options);
  const raw = caller(base, options.botToken, new Map([...names, [publicUrl, emulator.url]]));
  const state: SlackState = {
    call: (method, args, as) => raw(method, storedForm(args, state.unforeseen), as),
    unforeseen: (block) => block,
    close: () => emulator.close(),
  };
  for (const channel of options.channels) await settleMembers(state.call, channel, options);
  return state;
}

function seed(options: SlackDeskOptions): Json {
  const appName = options.appName ?? 'ApprovalGate';
  return {
    team: { name: appName, domain: TEAM.domain },
    users: options.users.map((user) => ({ name: user.name, real_name: user.realName, email: user.email })),
    channels: options.channels.map(({ name, isPrivate }) => ({ name, is_private: isPrivate ?? false })),
    oauth_apps: [
      {
        app_id: APP.id,
        client_id: 'desk',
        client_secret: 'desk',
        name: appName,
        redirect_uris: [],
        scopes: SCOPES,
        bot_id: APP.botId,
        bot_user_id: APP.userId,
        bot_name: 'approvalgate',
      },
    ],
    tokens: [
      { token: options.botToken, user_id: APP.userId, app_id: APP.id, bot_id: APP.botId, scopes: SCOPES },
      { token: ADMIN_TOKEN, user_id: 'U000000001', app_id: APP.id, bot_id: APP.botId, scopes: SCOPES },
    ],
  };
}

/** The emulator makes ids up and takes none, so the desk writes its own over them, both ways. */
async function emulatorNames(call: SlackState['call'], options: SlackDeskOptions) {
  const users = await call<{ members: { id: string; name: string }[] }>(
    'users.list',
    { limit: 1000 },
    'admin',
  );
  const channels = await call<{ channels: { id: string; name: string }[] }>(
    'conversations.list',
    { limit: 1000, types: 'public_channel,private_channel' },
    'admin',
  );
  const theirs = new Map([...users.members, ...channels.channels].map(({ name, id }) => [name, id]));
  return [...options.users, ...options.channels].map(({ id, name }): [string, string] => {
    const known = theirs.get(name);
    if (known === undefined) throw new Error(`the emulator did not take over ${name}: are two of one name?`);
    return [id, known];
  });
}

function caller(base: string, botToken: string, names: ReadonlyMap<string, string>): SlackState['call'] {
  const outward = translator(names);
  const inward = translator(new Map([...names].map(([ours, theirs]) => [theirs, ours])));
  return async <T>(method: string, args: Json, as: 'app' | 'admin' = 'app'): Promise<T> => {
    const response = await fetch(`${base}/api/${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${as === 'app' ? botToken : ADMIN_TOKEN}`,
        'content-type': 'application/json',
      },
      body: outward(JSON.stringify(args)),
    });
    if (response.status === 404) return JSON.parse('{"ok":false,"error":"unknown_method"}');
    return JSON.parse(inward(await response.text()));
  };
}

function translator(names: ReadonlyMap<string, string>): (text: string) => string {
  if (names.size === 0) return (text) => text;
  const escaped = [...names.keys()].map((name) => name.replaceAll('.', '\\.'));
  const anyName = new RegExp(`(?:${escaped.join('|')})(?![0-9A-Za-z])`, 'g');
  return (text) => text.replace(anyName, (name) => names.get(name) ?? name);
}

/** The emulator puts every person and no app into a new channel; Slack's channels have the members they have. */
async function settleMembers(call: SlackState['call'], channel: ChannelSpec, options: SlackDeskOptions) {
  if (channel.botIsMember !== false) {
    await call('conversations.invite', { channel: channel.id, users: APP.userId }, 'admin');
  }
  const members = channel.members ?? options.users.map((user) => user.id);
  for (const user of options.users.filter(({ id }) => !members.includes(id))) {
    await call('conversations.kick', { channel: channel.id, user: user.id }, 'admin');
  }
}
