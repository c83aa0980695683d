import type { Checkpoint, CheckpointReview, CheckpointStatus } from '../../crds/types.ts';
import type { RuleResult } from '../../operator/decision/facts.ts';
import { ApiError } from '../../operator/kube/api-error.ts';
import { rfc3339 } from '../../operator/model/time.ts';

export const TIMEOUT_SECONDS = 60;

interface StoredReview {
  readonly review: CheckpointReview;
  readonly readableAt: number;
}

/** The API server as the promises see it: one object, compare-and-swap, and the schema's write-once rule. */
export class ModelServer {
  /** Every version there ever was; the last is the present one. Undefined: deleted. */
  readonly versions: (Checkpoint | undefined)[] = [];
  readonly ruleVersions: (readonly RuleResult[])[] = [];
  readonly #rulesSince: number[] = [];
  readonly violations: string[] = [];
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-11-02T10:00:00Z');
  readonly #reviews: StoredReview[] = [];
  #resourceVersion = 0;
  #uids = 0;

  get object(): Checkpoint | undefined {
    return this.versions.at(-1);
  }

  get objects(): Checkpoint[] {
    const last = new Map<string, Checkpoint>();
    for (const version of this.versions) if (version) last.set(version.metadata.uid ?? '', version);
    return [...last.values()];
  }

  replaceRules(rules: readonly RuleResult[]): void {
    this.ruleVersions.push(rules);
    this.#rulesSince.push(this.now);
  }

  /** When that version of the rules ceased to be the present one; undefined while it is. */
  rulesReplacedAt(version: number): number | undefined {
    return this.#rulesSince[version + 1];
  }

  create(): void {
    this.#uids += 1;
    this.#store({
      metadata: {
        name: 'campaign',
        namespace: 'shop',
        uid: `uid-${this.#uids}`,
        generation: 1,
        creationTimestamp: rfc3339(new Date(this.now)),
      },
      spec: {
        action: 'send_email_campaign',
        agent: 'bot',
        context: { recipients: 5247 },
        timeoutSeconds: TIMEOUT_SECONDS,
        requester: { username: 'ada' },
      },
    });
  }

  /** An undecided checkpoint may be withdrawn; the policy refuses the rest. */
  delete(): void {
    if (this.object && !this.object.status?.decision) this.versions.push(undefined);
  }

  /** As where no guard is left: the API server raises the generation, whoever asked and whatever was decided. */
  rewrite(): void {
    const { object } = this;
    if (object === undefined) return;
    const { metadata, spec } = object;
    const context = { recipients: 12_000 };
    const generation = (metadata.generation ?? 0) + 1;
    this.#store({ ...object, metadata: { ...metadata, generation }, spec: { ...spec, context } });
  }

  patchStatus(before: Checkpoint, status: CheckpointStatus): Checkpoint {
    const { object } = this;
    if (object === undefined) throw new ApiError({ status: 404, message: 'not found' });
    if (object.metadata.resourceVersion !== before.metadata.resourceVersion) {
      throw new ApiError({ status: 409, message: 'the object has been modified' });
    }
    this.#refuseRewrites(object.status ?? {}, status);
    return this.#store({ ...object, status: structuredClone(status) });
  }

  review(username: string, verdict: 'Approve' | 'Deny', delayMs: number): void {
    const { object } = this;
    if (object === undefined) return;
    this.#reviews.push({
      readableAt: this.now + delayMs,
      review: {
        metadata: {
          name: `review-${this.#reviews.length}`,
          namespace: 'shop',
          creationTimestamp: rfc3339(new Date(this.now)),
        },
        spec: {
          checkpoint: { name: 'campaign', uid: object.metadata.uid ?? '' },
          verdict,
          reviewer: { username },
        },
      },
    });
  }

  reviews(): CheckpointReview[] {
    return this.#reviews.filter(({ readableAt }) => readableAt <= this.now).map(({ review }) => review);
  }

  #store(object: Checkpoint): Checkpoint {
    this.#resourceVersion += 1;
    const stored = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#resourceVersion) },
    };
    this.versions.push(stored);
    return stored;
  }

  #refuseRewrites(before: CheckpointStatus, after: CheckpointStatus): void {
    for (const field of ['decision', 'deadline', 'requirements'] as const) {
      if (before[field] && JSON.stringify(before[field]) !== JSON.stringify(after[field])) {
        this.violations.push(`${field} was rewritten`);
        throw new ApiError({ status: 422, message: `${field} is write-once` });
      }
    }
  }
}
