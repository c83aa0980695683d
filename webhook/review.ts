import { API_VERSION } from '../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../crds/types.ts';
import { type AdmissionRequest, type Answer, type PatchOperation, refused } from './admission.ts';
import { identityOf } from './checkpoint.ts';

export interface ReviewDeps {
  /** Read live: a cache may not know yet that it is decided. */
  getCheckpoint(namespace: string, name: string): Promise<Checkpoint | undefined>;
  /** Only this exact account may name somebody else as the reviewer. */
  readonly operatorUsername: string;
  now(): Date;
}

/**
 * Stamps who reviews and what owns the review, and refuses one that could not count. It runs among the mutating
 * webhooks, because those come before `creationTimestamp` is stamped: time spent here cannot make a review look older.
 */
export async function stampReview(deps: ReviewDeps, request: AdmissionRequest): Promise<Answer> {
  const { object, userInfo, namespace = '' } = request;
  const { spec } = object as CheckpointReview;
  if (typeof spec?.checkpoint?.name !== 'string') return refused(422, ['spec.checkpoint.name: required']);
  const byOperator = userInfo.username === deps.operatorUsername;
  const reviewer = byOperator ? spec.reviewer : identityOf(userInfo);
  const checkpoint = await deps.getCheckpoint(namespace, spec.checkpoint.name);
  const problem = problemOf(checkpoint, spec, reviewer?.username ?? '', deps.now());
  if (problem !== undefined) return problem;
  return { allowed: true, patch: stamps(spec, byOperator, reviewer) };
}

function problemOf(
  checkpoint: Checkpoint | undefined,
  { checkpoint: { name, uid } }: CheckpointReview['spec'],
  reviewer: string,
  now: Date,
): Answer | undefined {
  if (checkpoint === undefined) {
    return refused(422, [`spec.checkpoint.name: no Checkpoint '${name}' in this namespace`]);
  }
  if (checkpoint.metadata.uid !== uid) {
    return refused(422, [
      `spec.checkpoint.uid: Checkpoint '${name}' has uid ${checkpoint.metadata.uid}; read it again before you review it`,
    ]);
  }
  return endedProblem(checkpoint, now) ?? reviewerProblem(checkpoint, reviewer);
}

function endedProblem({ metadata, spec, status }: Checkpoint, now: Date): Answer | undefined {
  if (status?.decision) {
    const { outcome, decidedBy, decisionTime } = status.decision;
    const text = `Checkpoint '${metadata.name}' is already decided: ${outcome} by ${decidedBy.name} at ${decisionTime}`;
    return refused(422, [text]);
  }
  const deadline = Date.parse(metadata.creationTimestamp ?? '') + (spec.timeoutSeconds ?? 0) * 1000;
  if (now.getTime() < deadline) return undefined;
  return refused(422, [`Checkpoint '${metadata.name}' expired at ${new Date(deadline).toISOString()}`]);
}

function reviewerProblem({ spec }: Checkpoint, reviewer: string): Answer | undefined {
  if (reviewer === '' || reviewer.startsWith('system:')) {
    return refused(403, ['service accounts and other system users never review; a person must']);
  }
  if (reviewer !== spec.requester?.username) return undefined;
  return refused(403, [`'${reviewer}' created this Checkpoint, and nobody decides on their own request`]);
}

function stamps(
  { checkpoint, via }: CheckpointReview['spec'],
  byOperator: boolean,
  reviewer: CheckpointReview['spec']['reviewer'],
): PatchOperation[] {
  return [
    { op: 'add', path: '/spec/reviewer', value: reviewer },
    { op: 'add', path: '/spec/via', value: byOperator && via ? via : { type: 'Kubernetes' } },
    {
      op: 'add',
      path: '/metadata/ownerReferences',
      value: [{ apiVersion: API_VERSION, kind: 'Checkpoint', name: checkpoint.name, uid: checkpoint.uid }],
    },
  ];
}
