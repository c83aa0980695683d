import { API_VERSION } from '../crds/names.ts';
import type { Checkpoint } from '../crds/types.ts';
import { isPerson, isSamePerson } from '../operator/model/person.ts';
import { quoted } from '../operator/model/quoted.ts';
import { deadlineOf, rfc3339 } from '../operator/model/time.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  type Json,
  json,
  type PatchOperation,
  refused,
  text,
} from './admission.ts';
import { identityOf, identityProblems } from './identity.ts';
import { isSubdomain } from './kubernetes-names.ts';

export interface ReviewDeps {
  /** Read live: a cache may not know yet that it is decided. */
  getCheckpoint(namespace: string, name: string): Promise<Checkpoint | undefined>;
  /** Only this exact account may name somebody else as the reviewer. */
  readonly operatorUsername: string;
  /** The API server's time. */
  now(): Date;
}

/** Which object a review answers. */
interface Question {
  readonly name: string;
  readonly uid: string;
}

/**
 * Stamps who reviews and what owns the review, and refuses one that could not count. It runs among the mutating
 * webhooks, because those come before `creationTimestamp` is stamped: time spent here cannot make a review look older.
 */
export async function stampReview(deps: ReviewDeps, request: AdmissionRequest): Promise<AdmissionResponse> {
  const spec = json(request.object['spec']);
  const { name, uid } = json(spec['checkpoint']);
  const question = { name: text(name), uid: text(uid) };
  const byOperator = request.userInfo.username === deps.operatorUsername;
  const reviewer = byOperator ? json(spec['reviewer']) : { ...identityOf(request.userInfo) };
  const problem =
    problemOfForm(question, request) ??
    problemOfReviewer(text(reviewer['username'])) ??
    problemOfQuestion(await deps.getCheckpoint(request.namespace, question.name), question, {
      reviewer: text(reviewer['username']),
      now: deps.now(),
    });
  if (problem !== undefined) return problem;
  const via = byOperator && spec['via'] ? spec['via'] : { type: 'Kubernetes' };
  return { allowed: true, patch: stamps(question, reviewer, via) };
}

/** The schema is checked only after this webhook. A name that it would refuse must not get into a URL here. */
function problemOfForm(
  { name, uid }: Question,
  { userInfo }: AdmissionRequest,
): AdmissionResponse | undefined {
  const problems = identityProblems('spec.reviewer', userInfo);
  if (!isSubdomain(name)) {
    problems.push('spec.checkpoint.name: must be the name of a Checkpoint');
  }
  if (uid === '') problems.push("spec.checkpoint.uid: must be the Checkpoint's metadata.uid");
  return problems.length > 0 ? refused(422, problems) : undefined;
}

function problemOfReviewer(reviewer: string): AdmissionResponse | undefined {
  if (isPerson(reviewer)) return undefined;
  return refused(403, ['service accounts and other system users never review; a person must']);
}

function problemOfQuestion(
  checkpoint: Checkpoint | undefined,
  { name, uid }: Question,
  { reviewer, now }: { reviewer: string; now: Date },
): AdmissionResponse | undefined {
  if (checkpoint === undefined) {
    return refused(422, [`spec.checkpoint.name: no Checkpoint '${name}' in this namespace`]);
  }
  if (checkpoint.metadata.uid !== uid) {
    const text = `Checkpoint '${name}' has another uid, so it is another question; read it before you review it`;
    return refused(422, [`spec.checkpoint.uid: ${text}`]);
  }
  const requester = checkpoint.spec.requester?.username ?? '';
  if (isSamePerson(reviewer, requester)) return refused(403, [ownRequest(reviewer, requester)]);
  return problemOfEnd(checkpoint, now);
}

function ownRequest(reviewer: string, requester: string): string {
  const text = `'${requester}' created this Checkpoint, and nobody decides on their own request`;
  return reviewer === requester ? text : `${text}; ${quoted(reviewer)} may be the same person`;
}

function problemOfEnd(checkpoint: Checkpoint, now: Date): AdmissionResponse | undefined {
  const { metadata, status } = checkpoint;
  if (status?.decision) {
    const { outcome, decidedBy, decisionTime } = status.decision;
    const text = `Checkpoint '${metadata.name}' is already decided: ${outcome} by ${decidedBy.name} at ${decisionTime}`;
    return refused(422, [text]);
  }
  if (metadata.deletionTimestamp) {
    return refused(422, [`Checkpoint '${metadata.name}' is withdrawn: it is being deleted`]);
  }
  const deadline = deadlineOf(checkpoint);
  if (now < deadline) return undefined;
  return refused(422, [`Checkpoint '${metadata.name}' expired at ${rfc3339(deadline)}`]);
}

function stamps({ name, uid }: Question, reviewer: Json, via: unknown): PatchOperation[] {
  const owner = { apiVersion: API_VERSION, kind: 'Checkpoint', name, uid };
  return [
    { op: 'add', path: '/spec/reviewer', value: reviewer },
    { op: 'add', path: '/spec/via', value: via },
    { op: 'add', path: '/metadata/ownerReferences', value: [owner] },
  ];
}
