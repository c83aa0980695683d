import { expect, it, onTestFinished, vi } from 'vitest';
import { API_VERSION, CHECKPOINT_REVIEWS, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { WatchEvent } from '../../operator/kube/client.ts';
import { createLogger } from '../../operator/log.ts';
import { Watches } from '../../operator/reconcile/watches.ts';
import { buildController } from '../../operator/reconcile/wiring.ts';
import { slackIsOff } from '../../operator/slack/posting/notifier.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually, waitFor } from '../support/eventually.ts';
import { ownedBy } from '../support/owned-by.ts';

const log = createLogger('silent');
const apiServer = withApiServer();

/** As the operator stores a click. */
async function denied(asked: Checkpoint): Promise<CheckpointReview> {
  const { name, uid = '', namespace = '' } = asked.metadata;
  const review = {
    apiVersion: API_VERSION,
    kind: 'CheckpointReview',
    metadata: { name: `of-${name}`, namespace, ...ownedBy(asked) },
    spec: {
      checkpoint: { name, uid },
      verdict: 'Deny',
      reviewer: { username: 'mia', groups: ['system:masters'] },
    },
  };
  return apiServer().operator.create<CheckpointReview>(CHECKPOINT_REVIEWS, review);
}

/** The watch of checkpoints tells nothing of `name` until the watch of reviews has told of a review of it. */
function holdBackUntilReviewed(name: string): void {
  const client = apiServer().operator;
  const { watch } = client;
  const reviewed = Promise.withResolvers<void>();
  vi.spyOn(client, 'watch').mockImplementation(async function* <T>(
    ...args: Parameters<typeof watch>
  ): AsyncGenerator<WatchEvent<T>> {
    for await (const event of watch.apply(client, args)) {
      const object = event.object as Partial<Checkpoint & CheckpointReview>;
      if (args[0] === CHECKPOINTS && object.metadata?.name === name) await reviewed.promise;
      yield event as WatchEvent<T>;
      if (object.spec && 'checkpoint' in object.spec && object.spec.checkpoint.name === name)
        reviewed.resolve();
    }
  });
  onTestFinished(() => void vi.restoreAllMocks());
}

/** A process that follows the API server until the test ends. */
function follow(run: (signal: AbortSignal) => Promise<void>): void {
  const stop = new AbortController();
  const running = run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
}

const nobody = { checkpoint: () => undefined, review: () => undefined, rule: () => undefined };

it('what a review says is held while its checkpoint waits, and not of an old decision', async () => {
  const waits = await apiServer().asked();
  const over = await apiServer().asked();
  const [kept, old] = [await denied(waits), await denied(over)];
  await apiServer().operator.patchStatus(CHECKPOINTS, over, approvedStatus(over));
  const watches = new Watches(apiServer().operator, log, []);
  follow((signal) => watches.run(nobody, signal));
  await watches.reviews.synced;
  const seen = ({ metadata }: CheckpointReview) => watches.reviews.get('default', metadata.name);
  expect(seen(kept)?.spec).toMatchObject({ verdict: 'Deny' });
  expect(seen(old)?.spec).toEqual({ checkpoint: old.spec.checkpoint });
  expect(seen(old)?.metadata.resourceVersion).toBe(old.metadata.resourceVersion);
});

it('a denial that is seen before its checkpoint is read live when that is decided', async () => {
  holdBackUntilReviewed('late');
  const list = vi.spyOn(apiServer().operator, 'list');
  const { controller } = buildController({
    client: apiServer().operator,
    providers: [slackIsOff()],
    log,
    instance: 'test',
    workers: 4,
    sweepSeconds: 600,
  });
  follow((signal) => controller.follow(signal));
  await waitFor(() => expect(controller.notReady()).toEqual([]));
  controller.startDeciding({ othersHaveEnded: true });
  onTestFinished(() => controller.stopDeciding());
  const asked = await apiServer().asked({}, { name: 'late', namespace: 'default' });
  await denied(asked);
  const decision = await eventually('a decision', async () => {
    const ref = { namespace: 'default', name: 'late' };
    return (await apiServer().admin.get<Checkpoint>(CHECKPOINTS, ref))?.status?.decision;
  });
  expect(decision).toMatchObject({ outcome: 'Denied', decidedBy: { name: 'mia' } });
  const fieldSelector = `spec.checkpoint.uid=${asked.metadata.uid}`;
  expect(list).toHaveBeenCalledWith(
    CHECKPOINT_REVIEWS,
    expect.objectContaining({ fieldSelector }),
    undefined,
  );
});
