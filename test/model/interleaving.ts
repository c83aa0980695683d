import type { RuleResult } from '../../operator/decision/facts.ts';
import { TIMES } from '../../operator/leader/record.ts';
import { ModelChat } from './chat.ts';
import { ModelProcess } from './process.ts';
import { Random } from './random.ts';
import { ModelServer } from './server.ts';

const STEPS = 60;
const QUIET_ROUNDS = 400;

const rule = (
  name: string,
  decision: RuleResult['decision'],
  rest: Partial<RuleResult> = {},
): RuleResult => ({
  ruleRef: { kind: 'CheckpointRule', name },
  generation: 1,
  result: 'Matched',
  decision,
  mode: 'Enforce',
  onError: 'Ask',
  channels: [],
  ...rest,
});

/** Sets of rules that an author may have applied; every evaluation sees one of them whole. */
const RULE_SETS: readonly (readonly RuleResult[])[] = [
  [],
  [rule('allow', 'AutoApprove')],
  [rule('allow', 'AutoApprove'), rule('two', 'RequireApproval', { approval: { minApprovals: 2 } })],
  [rule('forbid', 'AutoDeny')],
  [rule('words', 'Inform'), rule('broken', 'RequireApproval', { result: 'Error' })],
];

export interface World {
  readonly server: ModelServer;
  readonly chat: ModelChat;
}

/** Plays one seeded story of users, faults and crashes, then lets the world come to rest without faults. */
export async function play(seed: number): Promise<World> {
  const story = new Story(new Random(seed));
  await story.begin();
  for (let step = 0; step < STEPS; step += 1) await story.step();
  await story.rest();
  return story;
}

class Story implements World {
  readonly server = new ModelServer();
  readonly chat = new ModelChat();
  readonly #random: Random;
  readonly #processes: ModelProcess[] = [];
  #actions: readonly Action[] = ACTIONS;
  #faults = true;
  /** In some stories one process leads and another stands by, until it takes over. */
  #standby: ModelProcess | undefined;

  constructor(random: Random) {
    this.#random = random;
    this.server.replaceRules(random.pick(RULE_SETS));
    this.server.create();
    this.#processes.push(this.#newProcess());
    if (random.chance(0.2)) this.#processes.push(this.#newProcess());
    else if (random.chance(0.3)) this.#standby = this.#newProcess().standBy();
  }

  /** Some stories begin where a process died between its intent to post and the post, and two others take over. */
  async begin(): Promise<void> {
    if (this.#standby !== undefined || !this.#random.chance(0.2)) return;
    this.server.replaceRules([]);
    const dying = this.#newProcess();
    for (let run = 0; run < 10 && this.server.object?.status?.notifications === undefined; run += 1) {
      dying.start('decide');
      await settled();
      for (const request of dying.requests.splice(0)) request.perform('None');
      await settled();
    }
    this.#processes.splice(0, this.#processes.length, this.#newProcess(), this.#newProcess());
    this.#actions = TAKEOVER_ACTIONS;
  }

  async step(): Promise<void> {
    const process = this.#random.pick(this.#processes);
    const action = this.#random.pick(this.#actions);
    if (this.#random.chance(0.3)) this.#standby?.catchUp();
    if (this.#standby !== undefined && this.#random.chance(0.04)) await this.#handOver(this.#standby);
    ({
      answer: () => this.#answer(process),
      run: () => this.#run(process),
      watch: () => process.catchUp(),
      wait: () => this.#wait(),
      person: () => this.#person(),
      author: () => this.#author(),
      agent: () => this.#agent(),
      crash: () => this.#crash(process),
      moderator: () => this.#moderator(),
    })[action]();
    await settled();
  }

  /** No more faults: whatever is still open must now come to its end. */
  async rest(): Promise<void> {
    this.#faults = false;
    for (let round = 0; round < QUIET_ROUNDS && !this.#over(); round += 1) {
      for (const process of this.#processes) await this.#quietRound(process);
      this.server.now += 5_000;
    }
  }

  async #quietRound(process: ModelProcess): Promise<void> {
    while (process.behind) {
      process.catchUp();
      await settled();
    }
    process.start('decide');
    await settled();
    while (process.requests.length > 0) {
      this.#answer(process);
      await settled();
    }
    if (process.wantsDecision) process.start('decide');
    if (process.wantsDelivery) process.start('deliver');
    await settled();
    while (process.requests.length > 0) {
      this.#answer(process);
      await settled();
    }
  }

  #over(): boolean {
    const { object } = this.server;
    return object === undefined || object.status?.settled === true;
  }

  #newProcess(): ModelProcess {
    return new ModelProcess(this.server, this.chat, {
      offsetMs: this.#random.below(8_001) - 4_000,
      rulesListed: this.#random.chance(0.8),
      chatFault: () => {
        if (!this.#faults || this.#random.chance(0.6)) return 'None';
        return this.#random.chance(0.5) ? 'Refused' : 'AnswerLost';
      },
    });
  }

  #answer(process: ModelProcess): void {
    const [request] = process.requests.splice(this.#random.below(process.requests.length), 1);
    const faulty = this.#faults && this.#random.chance(0.15);
    request?.perform(faulty ? this.#random.pick(['RequestLost', 'AnswerLost']) : 'None');
  }

  #run(process: ModelProcess): void {
    process.start(process.wantsDelivery && this.#random.chance(0.7) ? 'deliver' : 'decide');
  }

  #wait(): void {
    this.server.now += this.#random.pick([10, 500, 1_000, 2_000, 12_000, 31_000]);
  }

  #person(): void {
    const username = this.#random.pick(['mia', 'Mia', 'tom', 'ada', 'ADA', 'eve']);
    this.server.review(username, this.#random.chance(0.7) ? 'Approve' : 'Deny', this.#random.below(2_000));
  }

  #author(): void {
    this.server.replaceRules(this.#random.pick(RULE_SETS));
  }

  #agent(): void {
    if (this.#random.chance(0.05)) this.server.rewrite();
    if (!this.#random.chance(0.2)) return;
    this.server.delete();
    if (this.server.object === undefined) this.server.create();
  }

  /** Somebody deletes a message in the chat. */
  #moderator(): void {
    const last = this.chat.posts.at(-1);
    if (last && this.#random.chance(0.3)) last.gone = true;
  }

  /** The leader ends its work and gives up the lead; what fails of it fails. */
  async #handOver(standby: ModelProcess): Promise<void> {
    const [leader] = this.#processes;
    while (leader !== undefined && (leader.requests.length > 0 || leader.running.size > 0)) {
      this.#answer(leader);
      await settled();
    }
    this.#replaceLeader(standby, true);
  }

  #replaceLeader(standby: ModelProcess, hasEnded: boolean): void {
    standby.takeOver(hasEnded);
    this.#processes.splice(0, this.#processes.length, standby);
    this.#standby = this.#newProcess().standBy();
  }

  /** What was under way may still arrive at the server; a new process starts from a fresh list, a standby from its caches. */
  #crash(process: ModelProcess): void {
    for (const request of process.requests) if (this.#random.chance(0.5)) request.arrive();
    if (this.#standby !== undefined) {
      this.server.now += TIMES.leaseMs;
      this.#replaceLeader(this.#standby, false);
      return;
    }
    this.#processes[this.#processes.indexOf(process)] = this.#newProcess();
  }
}

type Action = 'answer' | 'run' | 'watch' | 'wait' | 'person' | 'author' | 'agent' | 'crash' | 'moderator';

const WEIGHTS: Record<Action, number> = {
  answer: 12,
  run: 5,
  watch: 5,
  wait: 4,
  person: 3,
  author: 1,
  agent: 1,
  crash: 1,
  moderator: 1,
};

const ACTIONS = weighted(WEIGHTS);
/** Nothing but what two processes do to each other. */
const TAKEOVER_ACTIONS = weighted({ answer: 5, run: 4, watch: 4, wait: 2 });

function weighted(weights: Partial<Record<Action, number>>): Action[] {
  return (Object.entries(weights) as [Action, number][]).flatMap(([action, weight]) =>
    Array.from({ length: weight }, () => action),
  );
}

/** Lets every promise that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
