import { ApiError } from '../../operator/kube/api-error.ts';
import { LeaderElector } from '../../operator/leader/elector.ts';
import type { LeaseLock } from '../../operator/leader/lease-lock.ts';
import type { Lease, LeaseSpec } from '../../operator/leader/record.ts';
import type { Timers } from '../../operator/timers.ts';
import { settle } from './eventually.ts';
import { ManualTimers } from './manual-timers.ts';

/** What befalls a call. `AnswerLost`: it is carried out all the same; `Hang`: it is not, and nothing is ever answered. */
export type CallFault = 'None' | 'Refused' | 'AnswerLost' | 'Hang';

const silent = { info: () => undefined, warn: () => undefined };
const noAnswer = () => new ApiError({ status: 503, message: 'no answer' });

/** One Lease, as the API server keeps it, and the candidates for it, in a time that passes when a test says so. */
export class Election {
  readonly time = new ManualTimers();
  readonly candidates: Candidate[] = [];
  lease: Lease | undefined;
  /** All holders there ever were, in order, each once in a row. */
  readonly holders: string[] = [];
  #version = 0;

  candidate(options: CandidateOptions = {}): Candidate {
    const candidate = new Candidate(this, `candidate-${this.candidates.length}`, options);
    this.candidates.push(candidate);
    return candidate;
  }

  /** A candidate that has started, and leads as soon as time passes. */
  async leader(options: CandidateOptions = {}): Promise<Candidate> {
    const leader = this.candidate(options);
    leader.start();
    await this.pass(0);
    return leader;
  }

  /** Lets time pass, and everything happen that is due on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.time.now() + ms;
    await settle();
    for (
      let next = this.time.next;
      next !== undefined && this.time.now() + next <= end;
      next = this.time.next
    ) {
      this.time.advance(next);
      await settle();
    }
    this.time.advance(end - this.time.now());
    await settle();
  }

  /** Milliseconds until it is so, looked at every hundred. @throws Error after a minute */
  async until(isSo: () => boolean): Promise<number> {
    for (let waited = 0; waited <= 60_000; waited += 100) {
      if (isSo()) return waited;
      await this.pass(100);
    }
    throw new Error('it never came');
  }

  store(spec: LeaseSpec): Lease {
    this.#version += 1;
    const metadata = { namespace: 'approvalgate', name: 'approvalgate', resourceVersion: `${this.#version}` };
    const { holderIdentity } = spec;
    this.lease = { metadata, spec };
    if (holderIdentity && this.holders.at(-1) !== holderIdentity) this.holders.push(holderIdentity);
    return structuredClone(this.lease);
  }

  /** Somebody changes something else of the object, as `kubectl label` does. */
  touch(): void {
    this.store(this.lease?.spec ?? {});
  }

  create(spec: LeaseSpec): Lease {
    if (this.lease !== undefined) {
      throw new ApiError({ status: 409, reason: 'AlreadyExists', message: 'already exists' });
    }
    return this.store(spec);
  }

  update(lease: Lease, spec: LeaseSpec): Lease {
    if (this.lease === undefined) throw new ApiError({ status: 404, message: 'not found' });
    if (this.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) {
      throw new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });
    }
    return this.store(spec);
  }
}

interface CandidateOptions {
  /** How far its clock is off, that of timers and that of the wall. */
  readonly offsetMs?: number;
  fault?(): CallFault;
  /** How long a call takes to arrive, and its answer to come back. */
  latencyMs?(): number;
}

/** A candidate's process: its clock is off, its calls take time and fail, and it can be paused and killed. */
export class Candidate {
  readonly elector: LeaderElector;
  readonly events: string[] = [];
  fault: CallFault = 'None';
  #frozen: (() => void)[] | undefined;
  #dead = false;
  readonly #election: Election;
  readonly #options: CandidateOptions;

  constructor(election: Election, identity: string, options: CandidateOptions) {
    this.#election = election;
    this.#options = options;
    const { offsetMs = 0 } = options;
    this.elector = new LeaderElector({
      lock: this.#lock(),
      name: 'approvalgate',
      identity,
      timers: this.#timers(offsetMs),
      now: () => new Date(Date.parse('2026-11-02T10:00:00Z') + offsetMs + election.time.now()),
      random: () => 0.5,
      log: silent,
      elected: (wasGivenUp) => this.events.push(wasGivenUp ? 'elected to what was given up' : 'elected'),
      lost: (reason) => this.events.push(`lost: ${reason}`),
    });
  }

  /** As its own writes find it: nothing runs in a process that is paused or dead. */
  get acts(): boolean {
    return this.#frozen === undefined && !this.#dead && this.elector.leads;
  }

  get hasLost(): boolean {
    return this.events.some((event) => event.startsWith('lost'));
  }

  start(): void {
    this.elector.start();
  }

  kill(): void {
    this.#dead = true;
  }

  /** As SIGSTOP. */
  pause(): void {
    this.#frozen ??= [];
  }

  /** As SIGCONT. `look`: what other code of the process may find before what was due meanwhile has run. */
  resume(look: () => void = () => undefined): void {
    const due = this.#frozen ?? [];
    this.#frozen = undefined;
    look();
    for (const run of due) run();
  }

  #run(run: () => void): void {
    if (this.#dead) return;
    if (this.#frozen === undefined) run();
    else this.#frozen.push(run);
  }

  #timers(offsetMs: number): Timers {
    const { time } = this.#election;
    return {
      now: () => time.now() + offsetMs,
      after: (ms, run) => {
        let isCancelled = false;
        const cancel = time.after(Math.max(0, ms), () => this.#run(() => !isCancelled && run()));
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }

  #lock(): LeaseLock {
    const election = this.#election;
    return {
      read: () => this.#call(() => structuredClone(election.lease)),
      create: (spec) => this.#call(() => election.create(spec)),
      update: (lease, spec) => this.#call(() => election.update(lease, spec)),
    };
  }

  #call<T>(effect: () => T): Promise<T> {
    const fault = this.fault === 'None' ? (this.#options.fault?.() ?? 'None') : this.fault;
    return new Promise<T>((resolve, reject) => {
      if (this.#dead || fault === 'Hang') return;
      this.#later(() => {
        const answer = () => (fault === 'Refused' ? Promise.reject(noAnswer()) : attempt(effect));
        const answered = answer();
        // What a dead or paused process is answered waits until it reads it.
        answered.catch(() => undefined);
        this.#later(() => this.#run(() => (fault === 'AnswerLost' ? reject(noAnswer()) : resolve(answered))));
      });
    });
  }

  #later(run: () => void): void {
    const latencyMs = this.#options.latencyMs?.() ?? 0;
    if (latencyMs === 0) run();
    else this.#election.time.after(latencyMs, run);
  }
}

function attempt<T>(effect: () => T): Promise<T> {
  try {
    return Promise.resolve(effect());
  } catch (error) {
    return Promise.reject(error);
  }
}
