import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { play, type World } from './interleaving.ts';
import { TIMEOUT_SECONDS } from './server.ts';

const INTERLEAVINGS = Number(process.env['INTERLEAVINGS'] ?? 30_000);
const FIRST_SEED = Number(process.env['FIRST_SEED'] ?? 1);
/** May review by RBAC, and did not ask; each is one person in whatever case. */
const REVIEWERS = ['mia', 'tom'];
const BATCH = 500;

/** Each returns what is wrong with a world that has come to rest. Written without the code they check. */
const promises: Record<string, (world: World) => string[]> = {
  'P1: at most one decision, ever': ({ server }) => {
    const decisions = server.objects.map(({ metadata }) => {
      const all = server.versions
        .filter((version) => version?.metadata.uid === metadata.uid && version?.status?.decision)
        .map((version) => JSON.stringify(version?.status?.decision));
      return new Set(all).size;
    });
    return [
      ...server.violations,
      ...decisions.filter((count) => count > 1).map((count) => `${count} decisions`),
    ];
  },
  'P2: only a matching AutoApprove or an authorised person approves': ({ server }) =>
    approved(server.objects).flatMap((checkpoint) => {
      const decision = checkpoint.status?.decision;
      if (decision?.reason === 'RuleApproved') {
        const known = server.ruleVersions.some((rules) =>
          rules.some((each) => each.ruleRef.name === 'allow'),
        );
        const others = checkpoint.status?.evaluations?.filter((each) => each.ruleRef.name !== 'allow') ?? [];
        return known && others.length === 0 && decision.ruleRef?.name === 'allow'
          ? []
          : ['approved by no rule'];
      }
      const needed = Math.max(...(checkpoint.status?.requirements ?? []).map((each) => each.minApprovals));
      const people = new Set(counting(server.reviews(), checkpoint, 'Approve'));
      return people.size >= needed ? [] : [`approved by ${people.size} of ${needed} people`];
    }),
  'P3: a review in time counts, however late it is seen, and no other does': ({ server }) =>
    server.objects.flatMap((checkpoint) => {
      const decision = checkpoint.status?.decision;
      if (decision?.outcome !== 'TimedOut') return [];
      const needed = Math.max(
        ...(checkpoint.status?.requirements ?? [{ minApprovals: 1 }]).map((each) => each.minApprovals),
      );
      if (counting(server.reviews(), checkpoint, 'Deny').length > 0) return ['a denial in time was lost'];
      if (checkpoint.status?.requirements === undefined) return [];
      const people = new Set(counting(server.reviews(), checkpoint, 'Approve'));
      return people.size >= needed ? ['approvals in time were lost'] : [];
    }),
  'P4: the deadline ends every checkpoint, never before it': ({ server }) =>
    server.objects.flatMap((checkpoint) => {
      const { status } = checkpoint;
      const present = server.object?.metadata.uid === checkpoint.metadata.uid;
      if (present && !status?.decision) return ['undecided for ever'];
      if (present && status?.settled !== true) return ['never settled'];
      const early =
        status?.decision?.outcome === 'TimedOut' &&
        Date.parse(status.decision.decisionTime) < deadlineOf(checkpoint) + 2_000;
      return early ? ['timed out before deadline and grace'] : [];
    }),
  'P6: what was changed after it was asked is approved by nobody': ({ server }) =>
    server.objects.flatMap(({ metadata: { uid } }) => {
      const decided = server.versions.find((each) => each?.metadata.uid === uid && each?.status?.decision);
      const changed = decided?.metadata.generation !== 1;
      const outcome = decided?.status?.decision?.outcome;
      return changed && outcome === 'Approved' ? ['approved what was changed'] : [];
    }),
  'at most one message stands for a checkpoint and channel, and it shows the end': ({ server, chat }) => {
    const seen = new Set<string>();
    return chat.posts.flatMap(({ uid, channel, phase, gone }) => {
      if (gone) return [];
      const twice = seen.has(`${uid} ${channel}`);
      seen.add(`${uid} ${channel}`);
      const open = phase === 'Asking' && server.object?.metadata.uid === uid;
      return [...(twice ? ['posted twice'] : []), ...(open ? ['buttons left after the end'] : [])];
    });
  },
};

function approved(objects: readonly Checkpoint[]): Checkpoint[] {
  return objects.filter(({ status }) => status?.decision?.outcome === 'Approved');
}

function counting(reviews: readonly CheckpointReview[], checkpoint: Checkpoint, verdict: string): string[] {
  return reviews
    .filter(({ spec }) => spec.checkpoint.uid === checkpoint.metadata.uid && spec.verdict === verdict)
    .filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') < deadlineOf(checkpoint))
    .map(({ spec }) => spec.reviewer?.username.toLowerCase() ?? '')
    .filter((username) => REVIEWERS.includes(username));
}

function deadlineOf({ metadata }: Checkpoint): number {
  return Date.parse(metadata.creationTimestamp ?? '') + TIMEOUT_SECONDS * 1000;
}

describe('the promises hold over stale caches, write conflicts, crashes, rule changes and late reviews', () => {
  const outcomes = new Map<string, number>();

  it(`in ${INTERLEAVINGS} seeded interleavings`, { timeout: 300_000 }, async () => {
    const broken: string[] = [];
    for (let first = 0; first < INTERLEAVINGS && broken.length === 0; first += BATCH) {
      const seeds = Array.from(
        { length: Math.min(BATCH, INTERLEAVINGS - first) },
        (_, i) => FIRST_SEED + first + i,
      );
      const worlds = await Promise.all(seeds.map(play));
      worlds.forEach((world, i) => {
        broken.push(...problemsOf(world).map((problem) => `seed ${seeds[i]}: ${problem}`));
        for (const { status } of world.server.objects) count(status?.decision?.reason ?? 'Withdrawn');
      });
    }
    expect(broken).toEqual([]);
  });

  it.skipIf(process.env['INTERLEAVINGS'])('and the interleavings reach every kind of end', () => {
    expect([...outcomes.keys()].sort()).toEqual([
      'Incomplete',
      'Invalid',
      'PersonApproved',
      'PersonDenied',
      'RuleApproved',
      'RuleDenied',
      'Unanswered',
      'Undelivered',
      'Withdrawn',
    ]);
  });

  function count(reason: string): void {
    outcomes.set(reason, (outcomes.get(reason) ?? 0) + 1);
  }
});

function problemsOf(world: World): string[] {
  return Object.entries(promises).flatMap(([promise, check]) =>
    check(world).map((problem) => `${promise}: ${problem}`),
  );
}
