import { EventEmitter } from 'node:events';
import { fromApp } from './details.ts';
import { APP, type SlackState, TEAM } from './emulator.ts';
import { Faults } from './faults.ts';
import { Modals } from './modals.ts';
import { Person } from './person.ts';
import { SlackRates } from './rates.ts';
import { ResponseUrls } from './response-url.ts';
import { type Forgery, postSigned } from './signed-request.ts';
import { SocketMode } from './sockets.ts';
import type {
  ChannelFlags,
  ChannelSpec,
  Delivery,
  DeskMessage,
  DeskView,
  EphemeralMessage,
  Json,
  RecordedCall,
  SlackDeskOptions,
  UserFlags,
  UserSpec,
} from './types.ts';
import type { World } from './world.ts';

export type { Fault } from './faults.ts';
export type { Person } from './person.ts';
export type { Forgery } from './signed-request.ts';
export type * from './types.ts';

/** Ids that are always the same: the one workspace, the one app and its bot. */
export const DESK_TEAM: string = TEAM.id;
export const DESK_APP: typeof APP = APP;

/**
 * A Slack workspace on this machine. The `emulate` package keeps its state and answers the Web API; the desk adds
 * what that lacks: people who click, Socket Mode, signed requests, faults, Slack's own limits, and a page.
 */
export class SlackDesk {
  /** Every Web API call, in order of arrival. */
  readonly calls: RecordedCall[] = [];
  readonly sockets: SocketMode = new SocketMode();
  readonly faults: Faults = new Faults(() => this.sockets.drop());
  readonly options: SlackDeskOptions;
  /** Shared with the desk's own HTTP routes and page. */
  readonly world: World;
  /** Where signed interactions go when the transport is `http`. */
  requestUrl: string | undefined;

  readonly #changes = new EventEmitter();

  constructor(options: SlackDeskOptions, url: string, state: SlackState) {
    this.options = options;
    this.requestUrl = options.requestUrl;
    const ephemerals: EphemeralMessage[] = [];
    const now = options.now ?? Date.now;
    this.world = {
      url,
      tokens: { app: options.appToken, bot: options.botToken },
      enterprise: options.enterprise,
      users: new Map(options.users.map((user) => [user.id, user])),
      channels: new Map(options.channels.map((channel) => [channel.id, channel])),
      state,
      faults: this.faults,
      rates: options.rates ? new SlackRates(now) : undefined,
      now,
      calls: this.calls,
      modals: new Modals(),
      ephemerals,
      responseUrls: new ResponseUrls(state, ephemerals),
      socketUrl: () => this.sockets.ticketUrl(new URL(url).host),
      messages: (channel) => this.messages(channel),
      deliver: (payload) => this.send(payload),
      changed: () => this.#changes.emit('change'),
    };
  }

  /** The page's address. */
  get url(): string {
    return this.world.url;
  }

  /** For a client's `slackApiUrl`. */
  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** @throws Error for an id the desk was not started with. */
  person(id: string): Person {
    return new Person(this.world, known(this.world.users, id));
  }

  /** The channel's messages with all metadata, oldest first. */
  async messages(channel: string): Promise<DeskMessage[]> {
    const { call } = this.world.state;
    const args = { channel, limit: 1000 };
    const answer = await call<{ messages?: DeskMessage[] }>('conversations.history', args, 'admin');
    return (answer.messages ?? []).toReversed().map(fromApp);
  }

  /** What only this person was shown, oldest first. */
  ephemerals(user: string): EphemeralMessage[] {
    return this.world.ephemerals.filter((message) => message.user === user);
  }

  /** The topmost modal on this person's screen. */
  openView(user: string): DeskView | undefined {
    return this.world.modals.of(user)?.views.at(-1);
  }

  /** Inline errors of that modal by block id. */
  viewErrors(user: string): { readonly [blockId: string]: string } {
    return this.world.modals.of(user)?.errors ?? {};
  }

  /** Calls of one method, in order. */
  callsOf(method: string): RecordedCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** Send any payload to the app as if from Slack. A `forgery` always goes by signed HTTP. */
  async send(payload: Json, forgery?: Forgery): Promise<Delivery> {
    if (this.faults.isDown) return { delivered: false, acked: false };
    if (this.options.transport === 'socket' && forgery === undefined) return this.sockets.deliver(payload);
    return postSigned(payload, { url: this.requestUrl, secret: this.options.signingSecret }, forgery);
  }

  /** Change an account: make a guest of it, deactivate it. @throws Error for an unknown user. */
  setUser(id: string, flags: UserFlags): void {
    this.world.users.set(id, { ...known(this.world.users, id), ...flags });
    this.world.changed();
  }

  /** Change a channel: share it with another organization. @throws Error for an unknown channel. */
  setChannel(id: string, flags: ChannelFlags): void {
    this.world.channels.set(id, { ...known(this.world.channels, id), ...flags });
    this.world.changed();
  }

  /** Do something as the workspace's admin: kick or invite somebody, archive a channel, delete a message. */
  async admin(method: string, args: Json): Promise<Json> {
    const answer = await this.world.state.call(method, args, 'admin');
    this.world.changed();
    return answer;
  }

  /** Calls `listener` whenever the page may look different; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }
}

function known<T extends UserSpec | ChannelSpec>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined)
    throw new Error(`${id} is not on this desk; it was started with ${[...all.keys()]}`);
  return found;
}
