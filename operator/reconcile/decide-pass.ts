import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint } from '../../crds/types.ts';
import { decide, type Plan } from '../decision/decide.ts';
import type { Facts } from '../decision/facts.ts';
import { keyOf } from '../model/references.ts';
import { PassRights } from './authorization.ts';
import type { Ports } from './ports.ts';

/** What a pass leaves: the checkpoint as it now stands, and when to look again. */
interface PassResult {
  readonly checkpoint: Checkpoint;
  readonly lookAgainAt?: Date;
}

/**
 * Decides one checkpoint as far as it can be decided now.
 *
 * Flow: gather facts → decide → at most one write. A time-out is written only after a live list of the reviews; for an
 * approval that rests on rules they are confirmed first, and another pass decides with what they are then.
 * Guarantees: one instant for the whole pass; nothing is written that is already so.
 * Errors: whatever a port throws ends the pass with nothing half-written; the caller tries again.
 */
export async function decidePass(ports: Ports, checkpoint: Checkpoint): Promise<PassResult> {
  if (checkpoint.status?.decision !== undefined) return { checkpoint };
  const rights = new PassRights(ports, checkpoint);
  const facts = await gather(ports, checkpoint, rights);
  let plan = decide(facts);
  if (plan.needs === 'LiveReviews') plan = decide(await withLiveReviews(ports, facts, rights));
  if (plan.needs === 'RuleProof') ports.proveRules(keyOf(checkpoint));
  return { checkpoint: await apply(ports, checkpoint, plan), ...whenToLook(plan) };
}

function whenToLook({ lookAgainAt }: Plan): { lookAgainAt?: Date } {
  return lookAgainAt === undefined ? {} : { lookAgainAt };
}

async function gather(ports: Ports, checkpoint: Checkpoint, rights: PassRights): Promise<Facts> {
  const reviews = await rights.of(await ports.knownReviews(checkpoint));
  const namespace = await ports.namespace(checkpoint.metadata.namespace ?? '');
  return {
    checkpoint,
    ...(await ports.rules(checkpoint, namespace)),
    reviews,
    routing: namespace.routing,
    // Last: what was waited for above may have taken until after the deadline.
    now: ports.now(),
  };
}

async function withLiveReviews(ports: Ports, facts: Facts, rights: PassRights): Promise<Facts> {
  const { reviews, listedAt } = await ports.listReviews(facts.checkpoint);
  return {
    ...facts,
    reviews: await rights.of(reviews),
    reviewsListedAt: listedAt,
  };
}

async function apply(ports: Ports, checkpoint: Checkpoint, { status }: Plan): Promise<Checkpoint> {
  if (isDeepStrictEqual(status, checkpoint.status ?? {})) return checkpoint;
  const after = await ports.patchStatus(checkpoint, status);
  ports.onStatusWritten(checkpoint, after);
  return after;
}
