import type {
  Checkpoint,
  CheckpointReview,
  CheckpointSpec,
  CheckpointStatus,
  ReviewerIdentity,
} from '../../crds/types.ts';
import { ApiError } from '../../operator/kube/api-error.ts';
import type { Cacheable } from '../../operator/kube/object-cache.ts';
import { WorkQueue } from '../../operator/kube/queue.ts';
import { createLogger } from '../../operator/log.ts';
import { annotationsOf } from '../../operator/messages/channels.ts';
import type { ChatProvider, CheckpointAccess, Digests } from '../../operator/messages/provider.ts';
import { keyOf } from '../../operator/model/references.ts';
import { rfc3339 } from '../../operator/model/time.ts';
import { CheckpointReconciler } from '../../operator/reconcile/checkpoint.ts';
import { checkpointAccess } from '../../operator/reconcile/checkpoint-access.ts';
import { namespaceFacts } from '../../operator/reconcile/namespace-facts.ts';
import type { CheckpointKey, Ports } from '../../operator/reconcile/ports.ts';
import { type Transition, transitionsBetween } from '../../operator/reconcile/transitions.ts';
import { recorder } from '../../operator/reviews/record.ts';
import { inMemoryClient } from './in-memory-client.ts';
import { ManualTimers } from './manual-timers.ts';

const log = createLogger('silent');

/**
 * The reconciler with its queues over objects in memory, in time that passes when a test says so: an hour takes as long
 * as the work in it. Each namespace's questions go, by each provider, to the channel of its name in capitals.
 */
export class InMemoryOperator {
  readonly timers = new ManualTimers();
  /** Every write of a status that was accepted, in order. */
  readonly writes: Checkpoint[] = [];
  readonly events: Transition[] = [];
  readonly #start = Math.floor(Date.now() / 1000) * 1000;
  readonly #objects = new Map<CheckpointKey, Checkpoint>();
  readonly #reviews: CheckpointReview[] = [];
  readonly #newProviders: () => readonly ChatProvider[];
  #providers: readonly ChatProvider[];
  readonly #identities = new Map<string, ReviewerIdentity>();
  #reconciler: CheckpointReconciler;
  readonly #decisions: WorkQueue<CheckpointKey>;
  readonly #deliveries: WorkQueue<CheckpointKey>;
  #running = 0;

  constructor(providers: (operator: InMemoryOperator) => readonly ChatProvider[]) {
    this.#newProviders = () => providers(this).map((provider) => this.#followed(provider));
    this.#providers = this.#newProviders();
    this.#reconciler = this.#newReconciler();
    const options = { workers: 256, log, timers: this.timers };
    this.#decisions = new WorkQueue({ ...options, name: 'decisions' });
    this.#deliveries = new WorkQueue({ ...options, name: 'deliveries' });
  }

  now(): Date {
    return new Date(this.#start + this.timers.now());
  }

  start(): void {
    const run = (pass: 'decide' | 'deliver') => (key: CheckpointKey, conflicts: number) =>
      this.#counted(this.#reconciler[pass](key, conflicts));
    this.#decisions.start(run('decide'));
    this.#deliveries.start(run('deliver'));
  }

  /** Another process goes on: all that was only in memory is gone. */
  restart(): void {
    this.#providers = this.#newProviders();
    this.#reconciler = this.#newReconciler();
    for (const key of this.#objects.keys()) this.#decisions.add(key);
  }

  create(namespace: string, name: string, spec: Partial<CheckpointSpec> = {}): CheckpointKey {
    const created: Checkpoint = {
      metadata: {
        name,
        namespace,
        uid: `uid-${namespace}-${name}`,
        generation: 1,
        resourceVersion: '1',
        creationTimestamp: rfc3339(this.now()),
      },
      spec: { action: 'refund', context: { name }, requester: { username: 'ada' }, ...spec },
    };
    this.#objects.set(keyOf(created), created);
    this.#decisions.add(keyOf(created));
    return keyOf(created);
  }

  /** The requester takes it back. */
  withdraw(key: CheckpointKey): void {
    const last = this.#objects.get(key);
    if (last === undefined || !this.#objects.delete(key)) return;
    void this.#reconciler.gone(last);
  }

  review(key: CheckpointKey, verdict: 'Approve' | 'Deny'): void {
    const { name, uid = '' } = this.object(key).metadata;
    const creationTimestamp = rfc3339(this.now());
    this.#reviews.push({
      metadata: { name: `review-${this.#reviews.length}`, namespace: 'shop', creationTimestamp },
      spec: { checkpoint: { name, uid }, verdict, reviewer: { username: 'mia' } },
    });
    this.#decisions.add(key);
  }

  /** Links the account of that identity to a user. */
  link(identity: string, username: string): void {
    const account = { team: 'T0', user: 'U0' };
    this.#identities.set(identity, { metadata: { name: identity }, spec: { username, slack: account } });
  }

  /** What a chat product is given for its clicks: as in the operator, over these objects. */
  access(): CheckpointAccess {
    const now = (): Date => this.now();
    const client = inMemoryClient({
      read: (key) => this.#objects.get(key),
      patchStatus: (checkpoint, status) => this.#patch(checkpoint, status),
      addReview: (review) => this.#addReview(review),
      identities: this.#identities,
    });
    const lister = { get: (namespace: string, name: string) => this.#cached(`${namespace}/${name}`) };
    return checkpointAccess({ client, lister, record: recorder({ client, log, now }), now });
  }

  #addReview(review: CheckpointReview): void {
    const { namespace = '' } = review.metadata;
    const metadata = { ...review.metadata, creationTimestamp: rfc3339(this.now()) };
    this.#reviews.push({ ...review, metadata });
    this.#decisions.add(`${namespace}/${review.spec.checkpoint.name}`);
  }

  object(key: CheckpointKey): Checkpoint {
    const object = this.#objects.get(key);
    if (object === undefined) throw new Error(`there is no ${key}`);
    return object;
  }

  /** The condition as it stands, e.g. `False/SlackBusy`. */
  condition(key: CheckpointKey, type: string): string | undefined {
    const found = this.object(key).status?.conditions?.find((condition) => condition.type === type);
    return found && `${found.status}/${found.reason}`;
  }

  /** Lets time pass, with all the work that falls into it. */
  async pass(ms: number): Promise<void> {
    const end = this.timers.now() + ms;
    await this.#settled();
    while (this.timers.now() < end) {
      const left = end - this.timers.now();
      this.timers.advance(Math.min(left, this.timers.next ?? left));
      await this.#settled();
    }
  }

  /** What runs ends by itself: only the test's clock stands still. */
  async #settled(): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.#running > 0);
  }

  /** A withdrawal waits for its turn outside of any run. */
  #followed(provider: ChatProvider): ChatProvider {
    const { name, channels, pace, busy, off, digests } = provider;
    return {
      name,
      channels,
      pace,
      busy,
      ...(off ? { off } : {}),
      hashOf: (view) => provider.hashOf(view),
      problemOf: (channel) => this.#counted(provider.problemOf(channel)),
      search: (view, since) => this.#counted(provider.search(view, since)),
      post: (view, options) => this.#counted(provider.post(view, options)),
      update: (view, messageID) => this.#counted(provider.update(view, messageID)),
      permalink: (channel, messageID) => this.#counted(provider.permalink(channel, messageID)),
      ...(digests ? { digests: this.#followedDigests(digests) } : {}),
    };
  }

  #followedDigests(digests: Digests): Digests {
    return {
      search: (channel, oldest) => this.#counted(digests.search(channel, oldest)),
      post: (view) => this.#counted(digests.post(view)),
      update: (view, messageID) => this.#counted(digests.update(view, messageID)),
    };
  }

  async #counted<T>(run: Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await run;
    } finally {
      this.#running -= 1;
    }
  }

  #newReconciler(): CheckpointReconciler {
    const deliverSoon = (key: CheckpointKey): void => this.#deliveries.add(key);
    return new CheckpointReconciler(this.#ports(), deliverSoon, this.timers);
  }

  #ports(): Ports {
    return {
      getCached: (key) => this.#cached(key),
      read: async (key) => this.#objects.get(key),
      knownReviews: async ({ metadata }) =>
        this.#reviews.filter(({ spec }) => spec.checkpoint.uid === metadata.uid),
      listReviews: async ({ metadata }) => ({
        reviews: this.#reviews.filter(({ spec }) => spec.checkpoint.uid === metadata.uid),
        listedAt: this.now(),
      }),
      mayReview: async () => true,
      namespace: async (name) => namespaceFacts(this.#namespace(name), this.#providers),
      rules: async () => ({ ruleResults: [], freshness: { state: 'Fresh' } }),
      proveRules: () => undefined,
      patchStatus: async (before, status) => this.#patch(before, status),
      onStatusWritten: (before, after) => this.events.push(...transitionsBetween(before, after)),
      release: () => undefined,
      providers: this.#providers,
      log,
      now: () => this.now(),
    };
  }

  #namespace(name: string): Cacheable {
    const annotated = annotationsOf(this.#providers).map((annotation) => [annotation, name.toUpperCase()]);
    return { metadata: { name, annotations: Object.fromEntries(annotated) } };
  }

  /** The watch shows what is not settled. */
  #cached(key: CheckpointKey): Checkpoint | undefined {
    const object = this.#objects.get(key);
    return object?.status?.settled ? undefined : object;
  }

  #patch(before: Checkpoint, status: CheckpointStatus): Checkpoint {
    const key = keyOf(before);
    const object = this.#objects.get(key);
    const { resourceVersion } = before.metadata;
    if (object === undefined) throw new ApiError({ status: 404, message: 'not found' });
    if (object.metadata.resourceVersion !== resourceVersion) {
      throw new ApiError({ status: 409, message: 'the object has been modified' });
    }
    const metadata = { ...object.metadata, resourceVersion: String(Number(resourceVersion) + 1) };
    const after = { ...object, metadata, status: structuredClone(status) };
    this.#objects.set(key, after);
    this.writes.push(after);
    if (status.settled) void this.#counted(this.#reconciler.gone(after));
    else this.#decisions.add(key);
    return after;
  }
}
