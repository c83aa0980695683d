import { randomUUID } from 'node:crypto';
import type { SlackState } from './emulator.ts';
import type { DeskMessage, EphemeralMessage, Json } from './types.ts';

const MAX_USES = 5;
const LIFETIME_MS = 30 * 60 * 1000;

interface Grant {
  readonly channel: string;
  readonly user: string;
  readonly message: DeskMessage | EphemeralMessage;
  readonly until: number;
  uses: number;
}

/** The `response_url`s that clicks gave out: five uses, thirty minutes. */
export class ResponseUrls {
  readonly #grants = new Map<string, Grant>();
  readonly #state: SlackState;
  readonly #ephemerals: EphemeralMessage[];

  constructor(state: SlackState, ephemerals: EphemeralMessage[]) {
    this.#state = state;
    this.#ephemerals = ephemerals;
  }

  /** A path that answers what `user` clicked on `message`. */
  issue(channel: string, user: string, message: DeskMessage | EphemeralMessage): string {
    const id = randomUUID();
    this.#grants.set(id, { channel, user, message, until: Date.now() + LIFETIME_MS, uses: 0 });
    return `/actions/${id}`;
  }

  /** Carry out what was posted to the path; the status and text that Slack answers. */
  async use(path: string, body: Json): Promise<{ status: number; text: string }> {
    const grant = this.#grants.get(path.slice('/actions/'.length));
    if (grant === undefined) return { status: 404, text: 'no_such_url' };
    if (Date.now() > grant.until || grant.uses >= MAX_USES) return { status: 404, text: 'expired_url' };
    grant.uses += 1;
    const answer = await this.#carryOut(grant, body);
    return answer['ok'] === false
      ? { status: 400, text: String(answer['error']) }
      : { status: 200, text: 'ok' };
  }

  async #carryOut(grant: Grant, body: Json): Promise<Json> {
    const { channel, message } = grant;
    const original = { channel, ts: message.ts };
    const isEphemeral = !('type' in message);
    const drop = () =>
      this.#ephemerals.splice(
        this.#ephemerals.findIndex(({ ts }) => ts === message.ts),
        1,
      );
    if (body['delete_original'] === true) {
      if (!isEphemeral) return this.#state.call('chat.delete', original);
      drop();
      return {};
    }
    const { text, blocks } = body;
    if (body['replace_original'] === true) {
      if (!isEphemeral) return this.#state.call('chat.update', { ...original, text: text ?? '', blocks });
      drop();
    } else if (body['response_type'] === 'in_channel') {
      return this.#state.call('chat.postMessage', { channel, text, blocks });
    }
    const ts = `${Math.floor(Date.now() / 1000)}.${String(this.#ephemerals.length).padStart(6, '9')}`;
    const shown = JSON.parse(JSON.stringify({ blocks }));
    this.#ephemerals.push({ ts, channel, user: grant.user, text: String(text ?? ''), ...shown });
    return {};
  }
}
