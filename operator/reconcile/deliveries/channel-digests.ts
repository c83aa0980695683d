import { Counter } from 'prom-client';
import type { Logger } from '../../log.ts';
import {
  DIGEST_RETRY_MS,
  DIGEST_REUSED_MS,
  type DigestMemory,
  digestOf,
  digestStep,
  NO_DIGEST,
} from '../../messages/digest.ts';
import type { ChatProvider, DigestDelivery, Digests, Search } from '../../messages/provider.ts';
import { registry } from '../../metrics.ts';
import type { Timers } from '../../timers.ts';
import type { Line, QueuedMessage } from './queued-message.ts';

const attempts = new Counter({
  name: 'approvalgate_digests_total',
  help: 'Attempts to tell a channel how many questions wait for it, by result.',
  labelNames: ['result'],
  registers: [registry],
});

/** Timers and the clock of deadlines do not run quite alike. */
const CLOCKS_APART_MS = 1_000;

/** Of updates the last: buttons and questions matter more. */
const UPDATE_RANK = 2;

interface ChannelDigestsOptions {
  providerOf(line: Line): Pick<ChatProvider, 'digests' | 'pace'>;
  /** How many questions wait in the line of this name. */
  countIn(name: string): number;
  /** The namespaces of the questions that wait in the line of this name, one for each question. */
  waitingIn(name: string): readonly string[];
  /** Resolves when it is the message's turn. */
  turn(queued: Omit<QueuedMessage, 'wake'>): Promise<void>;
  leave(id: string): void;
  readonly timers: Timers;
  readonly log: Logger;
  now(): Date;
}

/**
 * One digest for each channel that many questions wait for. Only memory holds what stands; after a restart it is looked
 * for in the channel, while the questions go on. A post takes one turn of the channel's line, and goes before the most
 * urgent question; an update takes a turn of the updates.
 *
 * Guarantee: of one channel only one call is under way, and a post whose answer was not heard is looked for before the next.
 */
export class ChannelDigests {
  readonly #options: ChannelDigestsOptions;
  readonly #memories = new Map<string, DigestMemory>();
  readonly #underWay = new Set<string>();
  #from = Number.NEGATIVE_INFINITY;

  constructor(options: ChannelDigestsOptions) {
    this.#options = options;
  }

  /** Another process may have posted until then: what is known before counts no more. */
  begin(from: Date): void {
    this.#from = from.getTime();
    this.#memories.clear();
  }

  /** Called when somebody has come to the line, or has left it. */
  moved(line: Line): void {
    const digests = this.#digestsOf(line);
    if (digests === undefined) return;
    const step = this.#step(line);
    if (step === 'Look') void this.#run(line, () => this.#look(line, digests));
    if (step === 'Update') void this.#run(line, () => this.#update(line, digests));
  }

  /** The digest, where it wants the turn that the line has to give. */
  wanted(line: Line): QueuedMessage | undefined {
    const digests = this.#digestsOf(line);
    if (digests === undefined || this.#step(line) !== 'Post') return undefined;
    const wake = (): void => void this.#run(line, () => this.#post(line, digests));
    return { ...this.#queued(line, 'Post'), wake };
  }

  #digestsOf(line: Line): Digests | undefined {
    return line.kind === 'Post' ? this.#options.providerOf(line).digests : undefined;
  }

  #step({ name }: Line): ReturnType<typeof digestStep> {
    const now = this.#now();
    if (now < this.#from || this.#underWay.has(name)) return 'None';
    return digestStep(this.#options.countIn(name), this.#memory(name), now);
  }

  /** A failure costs nothing but the digest. */
  async #run(line: Line, call: () => Promise<Search | DigestDelivery>): Promise<void> {
    const { log } = this.#options;
    const { name, channel } = line;
    this.#underWay.add(name);
    try {
      const result = await call();
      if (!result.ok) {
        log.warn({ channel, reason: result.reason }, 'could not bring the digest to its channel');
        this.#failed(line, result.lost === true);
      }
      attempts.inc({ result: result.ok ? 'Delivered' : result.reason });
    } catch (err) {
      log.warn({ channel, err }, 'could not bring the digest to its channel');
      attempts.inc({ result: 'Error' });
      this.#failed(line, false);
    } finally {
      this.#underWay.delete(name);
    }
    this.moved(line);
  }

  async #look({ name, channel }: Line, digests: Digests): Promise<Search> {
    const oldest = new Date(this.#now() - DIGEST_REUSED_MS);
    const found = await digests.search(channel, oldest);
    if (!found.ok) return found;
    const { messageID } = found;
    // What it says is not known, so it is written anew: no count that waits is negative.
    const adopted = messageID === undefined ? { looked: true as const } : { messageID, said: -1 };
    this.#memories.set(name, { ...NO_DIGEST, since: this.#now(), ...adopted });
    return found;
  }

  async #post(line: Line, digests: Digests): Promise<DigestDelivery> {
    const { leave } = this.#options;
    try {
      const { view, count } = this.#view(line);
      const delivery = await digests.post(view);
      if (delivery.ok) this.#stands(line, delivery.messageID, count, this.#now());
      return delivery;
    } finally {
      leave(idOf(line, 'Post'));
    }
  }

  async #update(line: Line, digests: Digests): Promise<DigestDelivery> {
    const { turn, leave } = this.#options;
    await turn(this.#queued(line, 'Update'));
    try {
      const { messageID = '', since } = this.#memory(line.name);
      const { view, count } = this.#view(line);
      const delivery = await digests.update(view, messageID);
      if (delivery.ok) this.#stands(line, messageID, count, since);
      return delivery;
    } finally {
      leave(idOf(line, 'Update'));
    }
  }

  #view(line: Line) {
    const { providerOf, waitingIn, now } = this.#options;
    const namespaces = waitingIn(line.name);
    const { postIntervalMs } = providerOf(line).pace;
    const view = digestOf({ channel: line.channel, namespaces, postIntervalMs, now: now() });
    return { view, count: namespaces.length };
  }

  #stands({ name }: Line, messageID: string, said: number, since: number): void {
    this.#memories.set(name, { messageID, said, saidAt: this.#now(), since });
  }

  /** Where none stands for certain, it is looked for again. */
  #failed(line: Line, lost: boolean): void {
    const { messageID, since, said, saidAt } = this.#memory(line.name);
    const standing = messageID === undefined || lost ? NO_DIGEST : { messageID, since, said, saidAt };
    this.#memories.set(line.name, { ...standing, failedAt: this.#now() });
    this.#options.timers.after(DIGEST_RETRY_MS + CLOCKS_APART_MS, () => this.moved(line));
  }

  #queued(line: Line, kind: 'Post' | 'Update'): Omit<QueuedMessage, 'wake'> {
    const { provider, channel } = line;
    const id = idOf(line, kind);
    return { id, kind, provider, channel, namespace: '', rank: UPDATE_RANK, deadline: this.#now() };
  }

  #memory(name: string): DigestMemory {
    return this.#memories.get(name) ?? NO_DIGEST;
  }

  #now(): number {
    return this.#options.now().getTime();
  }
}

function idOf({ name }: Line, kind: 'Post' | 'Update'): string {
  return `digest ${kind} ${name}`;
}
