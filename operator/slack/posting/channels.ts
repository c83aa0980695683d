import type { Undelivered } from '../../messages/provider.ts';
import { failureBy, failureOf, UnusableAnswer } from '../connection/failures.ts';
import type { SlackWeb } from '../connection/web.ts';
import { tooEarly, undelivered } from './undelivered.ts';

/** How long it is remembered that a channel takes messages. */
const GOOD_MS = 300_000;
/** And that it does not: longer each time, so that many wrong channels leave Slack time for the others. */
const BAD_MS = { first: 15_000, last: 300_000 };

interface Known {
  readonly problem: Promise<Undelivered | undefined>;
  until: number;
  badMs: number;
}

interface ChannelOptions {
  readonly web: SlackWeb;
  /** Post to channels that are shared with other organisations. */
  readonly allowSharedChannels: boolean;
  now(): number;
}

/**
 * What keeps messages from a channel, as far as Slack tells without a post: one question for all that wait for the
 * channel. So a channel that stays wrong costs no write of a status and no message.
 */
export class Channels {
  readonly #options: ChannelOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  problem(channel: string): Promise<Undelivered | undefined> {
    const now = this.#options.now();
    for (const [id, { until }] of this.#known) if (until + BAD_MS.last <= now) this.#known.delete(id);
    const known = this.#known.get(channel);
    if (known !== undefined && known.until > now) return known.problem;
    const asked: Known = {
      problem: this.#ask(channel),
      until: Number.POSITIVE_INFINITY,
      badMs: Math.min(Math.max((known?.badMs ?? 0) * 2, BAD_MS.first), BAD_MS.last),
    };
    this.#known.set(channel, asked);
    void asked.problem.then((problem) => {
      if (problem === undefined) asked.badMs = 0;
      asked.until = this.#options.now() + rememberedMs(problem, asked.badMs);
    });
    return asked.problem;
  }

  /** A post was refused: what is remembered of the channel is out of date. */
  forget(channel: string): void {
    this.#known.delete(channel);
  }

  async #ask(channel: string): Promise<Undelivered | undefined> {
    const { web, allowSharedChannels } = this.#options;
    try {
      // Nobody could answer where the installation is none that we serve.
      await web.identity();
      const answer = await web.client.conversations.info({ channel });
      const info: unknown = answer.channel;
      if (typeof info !== 'object' || info === null) throw new UnusableAnswer('conversations.info');
      return problemOf(info, allowSharedChannels, channel);
    } catch (error) {
      const failure = failureOf(error);
      // The scope is needed for nothing else: a post shows what is wrong with the channel.
      if (allowSharedChannels && failure.code === 'missing_scope') return undefined;
      return tooEarly(undelivered(failure));
    }
  }
}

function rememberedMs(problem: Undelivered | undefined, badMs: number): number {
  if (problem === undefined) return GOOD_MS;
  return problem.tooEarly ? 0 : badMs;
}

interface ChannelInfo {
  readonly is_archived?: unknown;
  readonly is_member?: unknown;
  readonly is_ext_shared?: unknown;
  readonly is_pending_ext_shared?: unknown;
}

function problemOf(info: ChannelInfo, allowShared: boolean, channel: string): Undelivered | undefined {
  const isShared = info.is_ext_shared === true || info.is_pending_ext_shared === true;
  if (isShared && !allowShared) return refusedShared(channel);
  if (info.is_archived === true) return undelivered(failureBy('is_archived'));
  return info.is_member === false ? undelivered(failureBy('not_in_channel')) : undefined;
}

function refusedShared(channel: string): Undelivered {
  const message =
    `Channel ${channel} is shared with another organisation, whose members could read and answer. ` +
    'Name another channel, or start the operator with --slack-shared-channels.';
  return { ok: false, reason: 'SlackChannelShared', message };
}
