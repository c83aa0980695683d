import { setTimeout as delay } from 'node:timers/promises';
import { API_VERSION, CHECKPOINT_REVIEWS } from '../../../crds/names.ts';
import type { Checkpoint, CheckpointReview, Notification, ObjectMeta } from '../../../crds/types.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { deadlineOf } from '../../../operator/model/time.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import { isClicked, isLeftToDeadline } from './shapes.ts';
import { MIA } from './slack.ts';

const APPROVE = 'approvalgate_approve';
/** A person who sees nothing happen tries again after this. */
const AGAIN_MS = 6_000;

/** Mia, who approves what she is asked: by the API, or by a click where the question stands in a channel. */
export class Reviewer {
  readonly #client: KubeClient;
  readonly #desk: RunningSlackDesk;
  readonly #isDecided: (uid: string) => boolean;
  /** Questions that she is at work on, or has done. */
  readonly #taken = new Map<string, Promise<void>>();

  constructor(client: KubeClient, desk: RunningSlackDesk, isDecided: (uid: string) => boolean) {
    this.#client = client;
    this.#desk = desk;
    this.#isDecided = isDecided;
  }

  /** To be told of every change. What is left to its deadline she leaves alone. */
  see(checkpoint: Checkpoint): void {
    const { metadata, spec, status } = checkpoint;
    const uid = metadata.uid ?? '';
    if (this.#taken.has(uid) || status?.requirements === undefined || status.decision !== undefined) return;
    if (isLeftToDeadline(spec)) return;
    const message = status.notifications?.find(({ state, messageID }) => state === 'Sent' && messageID);
    if (message) this.#take(checkpoint, () => this.#click(message));
    else if (!isClicked(spec)) this.#take(checkpoint, () => this.#review(checkpoint));
  }

  #take(checkpoint: Checkpoint, act: () => Promise<void>): void {
    this.#taken.set(checkpoint.metadata.uid ?? '', this.#insist(checkpoint, act));
  }

  /** Resolves when she has done what she could. */
  async done(): Promise<void> {
    await Promise.all(this.#taken.values());
  }

  async #insist(checkpoint: Checkpoint, act: () => Promise<void>): Promise<void> {
    const uid = checkpoint.metadata.uid ?? '';
    const end = deadlineOf(checkpoint).getTime();
    for (; !this.#isDecided(uid) && Date.now() < end; await this.#patience(uid)) await act();
  }

  async #patience(uid: string): Promise<void> {
    for (const end = Date.now() + AGAIN_MS; Date.now() < end && !this.#isDecided(uid); ) await delay(100);
  }

  async #review({ metadata }: Checkpoint): Promise<void> {
    const { name, namespace = '', uid = '' } = metadata;
    const review = {
      apiVersion: API_VERSION,
      kind: 'CheckpointReview',
      metadata: { generateName: 'review-', namespace } as ObjectMeta,
      spec: { checkpoint: { name, uid }, verdict: 'Approve' },
    };
    try {
      await this.#client.create<CheckpointReview>(CHECKPOINT_REVIEWS, review);
    } catch {
      // Decided meanwhile, or out of reach: the next look tells. A webhook that failed is in the audit log.
    }
  }

  async #click({ messageID = '', channel }: Notification): Promise<void> {
    try {
      await this.#desk.send(await this.#desk.person(MIA).clickPayload(messageID, APPROVE, channel));
    } catch {
      // The message shows the end by now, and has no button any more.
    }
  }
}
