import { describe, expect, it } from 'vitest';
import { type CallFault, type Candidate, Election } from '../support/election.ts';
import { Random } from './random.ts';

const STORIES = Number(process.env['INTERLEAVINGS'] ?? 400);
const FIRST_SEED = Number(process.env['FIRST_SEED'] ?? 1);
const STEPS = 120;
/** In the end one leads within a lease, a look, and what calls take. */
const QUIET_MS = 40_000;

const FAULTS: readonly CallFault[] = ['Refused', 'AnswerLost'];

/** One seeded story of candidates whose clocks are off, whose calls are slow and fail, and who are paused, killed and stopped. */
class Story {
  readonly broken: string[] = [];
  readonly election = new Election();
  readonly #random: Random;
  readonly #gone = new Set<Candidate>();
  #faults = true;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      this.#fill();
      if (this.#random.chance(0.3)) this.#trouble();
      await this.#pass(this.#random.below(4_000), 200);
    }
  }

  /** No more faults: now one must lead. */
  async rest(): Promise<void> {
    this.#faults = false;
    for (const each of this.#present) each.resume();
    await this.#pass(QUIET_MS, 1_000);
    if (this.#present.filter(({ acts }) => acts).length !== 1) this.broken.push('nobody leads in the end');
  }

  get #present(): Candidate[] {
    return this.election.candidates.filter((each) => !this.#gone.has(each) && !each.hasLost);
  }

  /** Who has lost the lead has ended, and is replaced as a Deployment replaces it. */
  #fill(): void {
    for (let missing = 3 - this.#present.length; missing > 0; missing -= 1) this.#begin();
  }

  #begin(): void {
    const random = this.#random;
    const slow = () => random.below(random.chance(0.1) ? 6_000 : 400);
    const candidate = this.election.candidate({
      offsetMs: random.below(7_200_000) - 3_600_000,
      latencyMs: () => (this.#faults ? slow() : random.below(50)),
      fault: () => (this.#faults && random.chance(0.15) ? random.pick(FAULTS) : 'None'),
    });
    candidate.start();
  }

  #trouble(): void {
    const candidate = this.#random.pick(this.#present);
    this.#random.pick<() => void>([
      () => candidate.pause(),
      () => candidate.resume(() => this.#look()),
      () => candidate.resume(() => this.#look()),
      () => this.election.lease && this.election.touch(),
      () => {
        candidate.resume();
        this.#gone.add(candidate);
        void candidate.elector.stop();
      },
      () => {
        this.#gone.add(candidate);
        candidate.kill();
      },
    ])();
  }

  async #pass(ms: number, stepMs: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.#look();
      await this.election.pass(stepMs);
      this.#look();
      if (!this.#faults) this.#fill();
    }
  }

  #look(): void {
    const leaders = this.election.candidates.filter(({ acts }) => acts).length;
    if (leaders > 1) this.broken.push(`${leaders} lead at ${this.election.time.now()} ms`);
  }
}

describe('an election over clocks that are off, lost answers, pauses, crashes and stops', () => {
  it(`never has two leaders, and has one in the end, in ${STORIES} seeded stories`, async () => {
    const broken: string[] = [];
    let handOvers = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + STORIES && broken.length === 0; seed += 1) {
      const story = new Story(seed);
      await story.play();
      await story.rest();
      broken.push(...story.broken.map((problem) => `seed ${seed}: ${problem}`));
      handOvers += story.election.holders.length - 1;
    }
    expect(broken).toEqual([]);
    expect(handOvers).toBeGreaterThan(STORIES);
  });
});
