import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import type { Facts } from '../../operator/decision/facts.ts';
import { ApiError, isConflict } from '../../operator/kube/api-error.ts';
import { createLogger } from '../../operator/log.ts';
import { FRESH_MS, rfc3339 } from '../../operator/model/time.ts';
import { CheckpointReconciler } from '../../operator/reconcile/checkpoint.ts';
import { namespaceFacts } from '../../operator/reconcile/namespace-facts.ts';
import type { CheckpointKey, Ports } from '../../operator/reconcile/ports.ts';
import { type KnownReview, ReviewIndex, stubOf } from '../../operator/reconcile/review-index.ts';
import type { ChatFault, ModelChat } from './chat.ts';
import { modelProvider } from './provider.ts';
import type { ModelServer } from './server.ts';

const KEY: CheckpointKey = 'shop/campaign';
/** RBAC lets the requester review too: that nobody decides on their own request is not RBAC's to say. */
const ALLOWED = ['mia', 'Mia', 'tom', 'ada', 'ADA'];

type Fault = 'None' | 'RequestLost' | 'AnswerLost';

/** A request that a process has sent and the world has not answered. */
interface Request {
  readonly perform: (fault: Fault) => void;
  /** The request arrives although nobody waits for its answer any more. */
  readonly arrive: () => void;
}

const silent = createLogger('silent');

/** One operator process: its caches lag, each of its calls can fail, and it can die between any two of them. */
export class ModelProcess {
  readonly requests: Request[] = [];
  readonly running = new Set<'decide' | 'deliver'>();
  readonly offsetMs: number;
  wantsDelivery = false;
  /** What was to be confirmed is: another pass is to find that. */
  wantsDecision = false;
  /** False while another process leads: then this one only follows the server. */
  #leads = true;
  readonly #conflicts = { decide: 0, deliver: 0 };
  #objectVersion: number;
  #ruleVersion: number;
  #provedAt = Number.NEGATIVE_INFINITY;
  #reviewsSeen: readonly KnownReview[] = [];
  readonly #server: ModelServer;
  readonly #startedAt: Date;
  #rulesListed: boolean;
  readonly #reconciler: CheckpointReconciler;

  constructor(
    server: ModelServer,
    chat: ModelChat,
    options: { offsetMs: number; chatFault: () => ChatFault; rulesListed: boolean },
  ) {
    this.#server = server;
    this.offsetMs = options.offsetMs;
    this.#startedAt = new Date(server.now + options.offsetMs);
    this.#rulesListed = options.rulesListed;
    this.#objectVersion = server.versions.length - 1;
    this.#ruleVersion = server.ruleVersions.length - 1;
    this.#seeReviews();
    this.#reconciler = new CheckpointReconciler(this.#ports(chat, options.chatFault), () => {
      this.wantsDelivery = true;
    });
  }

  get behind(): boolean {
    return (
      !this.#rulesListed ||
      this.#objectVersion < this.#server.versions.length - 1 ||
      this.#ruleVersion < this.#server.ruleVersions.length - 1 ||
      this.#reviewsSeen.length < this.#server.reviews().length
    );
  }

  /** One event of each watch arrives. */
  catchUp(): void {
    const before = this.#cached();
    this.#rulesListed = true;
    this.#objectVersion = Math.min(this.#objectVersion + 1, this.#server.versions.length - 1);
    this.#ruleVersion = Math.min(this.#ruleVersion + 1, this.#server.ruleVersions.length - 1);
    this.#seeReviews();
    const after = this.#cached();
    const isGone = before && before.metadata.uid !== after?.metadata.uid;
    if (!this.#leads) this.#observe(isGone ? before : undefined);
    else if (isGone) this.#settle(this.#reconciler.gone(before));
  }

  /** Whole where the checkpoint is known then; what was seen before its checkpoint stays a stub. */
  #seeReviews(): void {
    const uid = this.#cached()?.metadata.uid;
    const seen = this.#reviewsSeen;
    this.#reviewsSeen = [...seen, ...this.#server.reviews().slice(seen.length)].map((review) =>
      review.spec.checkpoint.uid === uid ? review : stubOf(review),
    );
  }

  #observe(gone: Checkpoint | undefined): void {
    const cached = this.#cached();
    if (gone) this.#reconciler.forget(gone);
    if (cached) this.#reconciler.observe(cached);
  }

  /** Begins as a standby, whose caches fill while another process leads. */
  standBy(): this {
    this.#leads = false;
    this.#observe(undefined);
    return this;
  }

  /** Leads from now on. `othersHaveEnded`: its predecessor has given up the lead, and was not lost. */
  takeOver(othersHaveEnded: boolean): void {
    this.#leads = true;
    this.#reconciler.takeOver({ othersHaveEnded });
  }

  start(pass: 'decide' | 'deliver'): void {
    if (!this.#leads || this.running.has(pass)) return;
    this.running.add(pass);
    if (pass === 'deliver') this.wantsDelivery = false;
    else this.wantsDecision = false;
    this.#settle(this.#run(pass).finally(() => this.running.delete(pass)));
  }

  /** As the queue, it counts the conflicts in a row. */
  async #run(pass: 'decide' | 'deliver'): Promise<void> {
    try {
      await this.#reconciler[pass](KEY, this.#conflicts[pass]);
      this.#conflicts[pass] = 0;
    } catch (error) {
      if (isConflict(error)) this.#conflicts[pass] += 1;
      throw error;
    }
  }

  /** A failed run is not an error of the model: the queue would try it again. */
  #settle(run: Promise<unknown>): void {
    run.catch((error: unknown) => {
      if (!(error instanceof ApiError)) this.#server.violations.push(`unexpected error: ${String(error)}`);
    });
  }

  #cached(): Checkpoint | undefined {
    return this.#server.versions[this.#objectVersion];
  }

  /** A chat product's faults are answers, so `faulty` is false for it. */
  #send<T>(effect: () => T, faulty = true): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const perform = (fault: Fault): void => {
        try {
          resolve(performed(effect, faulty ? fault : 'None'));
        } catch (error) {
          reject(error);
        }
      };
      this.requests.push({ perform, arrive: () => ignoreErrors(effect) });
    });
  }

  #rules(): Pick<Facts, 'ruleResults' | 'freshness'> {
    if (!this.#rulesListed)
      return { ruleResults: [], freshness: { state: 'Unlisted', since: this.#startedAt } };
    const fresh = this.#server.now - this.#provedAt < FRESH_MS;
    return {
      ruleResults: this.#server.ruleVersions[this.#ruleVersion] ?? [],
      freshness: { state: fresh ? 'Fresh' : 'Unproved' },
    };
  }

  /** As the real one: what was asked for counts from when it was asked for, and another version waits for the watch. */
  #proveRules(): void {
    const askedAt = this.#server.now;
    const asked = this.#send(() => this.#server.ruleVersions.length - 1);
    this.#settle(
      asked.then((version) => {
        if (version !== this.#ruleVersion) return;
        this.#provedAt = askedAt;
        this.wantsDecision = true;
      }),
    );
  }

  /** What the promise is about: rules that were replaced more than a second ago approve nothing. */
  #checkRules(status: CheckpointStatus): void {
    const replacedAt = this.#server.rulesReplacedAt(this.#ruleVersion);
    if (status.decision?.reason !== 'RuleApproved' || replacedAt === undefined) return;
    const ageMs = this.#server.now - replacedAt;
    if (ageMs > FRESH_MS) this.#server.violations.push(`approved by rules that are ${ageMs} ms out of date`);
  }

  #ports(chat: ModelChat, chatFault: () => ChatFault): Ports {
    const server = this.#server;
    const providers = [
      modelProvider({
        chat,
        send: (effect) => this.#send(effect, false),
        chatFault,
        now: { world: () => server.now, own: () => server.now + this.offsetMs },
      }),
    ];
    return {
      getCached: () => this.#cached(),
      read: () => this.#send(() => server.object),
      knownReviews: async ({ metadata }) => {
        const index = new ReviewIndex();
        for (const review of this.#reviewsSeen) index.put(review);
        return index.of(metadata) ?? this.#send(() => server.reviews());
      },
      listReviews: () =>
        this.#send(() => ({ reviews: server.reviews(), listedAt: new Date(rfc3339(new Date(server.now))) })),
      mayReview: ({ spec }) => this.#send(() => ALLOWED.includes(spec.reviewer?.username ?? '')),
      namespace: () => Promise.resolve(namespaceFacts({ metadata: { name: 'shop' } }, providers)),
      rules: () => Promise.resolve(this.#rules()),
      proveRules: () => this.#proveRules(),
      release: () => undefined,
      patchStatus: (before, status) => {
        this.#checkRules(status);
        return this.#send(() => server.patchStatus(before, status));
      },
      onStatusWritten: () => undefined,
      providers,
      log: silent,
      now: () => new Date(server.now + this.offsetMs),
    };
  }
}

function performed<T>(effect: () => T, fault: Fault): T {
  if (fault === 'RequestLost') throw new ApiError({ status: 503, message: 'no answer' });
  const answer = effect();
  if (fault === 'AnswerLost') throw new ApiError({ status: 504, message: 'no answer' });
  return answer;
}

function ignoreErrors(effect: () => unknown): void {
  try {
    effect();
  } catch {
    // Nobody is left to hear of it.
  }
}
