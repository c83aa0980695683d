import type { Timers } from '../timers.ts';
import { electionMetrics } from './metrics.ts';
import { TIMES } from './record.ts';

const NOT_RENEWED = 'the lead was not renewed in time';

interface LeadOptions {
  readonly name: string;
  readonly timers: Timers;
  lost(reason: string): void;
}

/** The lead as this process holds it: until when, by its own clock, and whether it is gone for good. */
export class Lead {
  readonly metrics;
  readonly #options: LeadOptions;
  #until: number | undefined;
  #cancelEnd: () => void = () => undefined;
  #lost: string | undefined;

  constructor(options: LeadOptions) {
    this.#options = options;
    this.metrics = electionMetrics(options.name);
  }

  /** Whether it is held at this instant. */
  get isHeld(): boolean {
    return this.#until !== undefined && this.#options.timers.now() < this.#until;
  }

  /** Whether it was taken, and was neither lost nor given up: a moment after its end that may still be so. */
  get isTaken(): boolean {
    return this.#until !== undefined;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Holds it on, from when the write was sent that the API server has answered. An answer that comes too late neither
   * prolongs the lead nor begins it. @returns whether it began
   */
  holdFrom(sentAt: number): boolean {
    const { timers } = this.#options;
    const until = sentAt + TIMES.renewDeadlineMs;
    if (this.isLost || until <= timers.now()) return false;
    const isNew = !this.isTaken;
    this.#until = until;
    this.#cancelEnd();
    this.#cancelEnd = timers.after(until - timers.now(), () => this.lose(NOT_RENEWED));
    if (isNew) this.metrics.leads(true);
    return isNew;
  }

  lose(reason: string): void {
    if (this.isLost) return;
    this.#lost = reason;
    this.giveUp();
    this.#options.lost(reason);
  }

  giveUp(): void {
    this.#until = undefined;
    this.#cancelEnd();
    this.metrics.leads(false);
  }

  /** Why the process should be ended from outside: the lead is gone and the process is still there. */
  overdue(): string | undefined {
    if (this.#lost !== undefined) return this.#lost;
    return !this.isTaken || this.isHeld ? undefined : NOT_RENEWED;
  }
}
