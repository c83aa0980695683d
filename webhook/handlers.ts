import { type AdmissionRequest, ALLOWED, type Answer } from './admission.ts';
import { checkCheckpoint, stampCheckpoint } from './checkpoint.ts';
import { type ReviewDeps, stampReview } from './review.ts';
import { checkRule } from './rule.ts';

/** What one path of the webhook does with a request. */
export type Handler = (request: AdmissionRequest) => Answer | Promise<Answer>;

/** Changes what is created: who asks and who reviews is stamped here. */
export function mutator(deps: ReviewDeps): Handler {
  const byKind: Record<string, Handler> = {
    Checkpoint: stampCheckpoint,
    CheckpointReview: (request) => stampReview(deps, request),
  };
  return byKindOnChange(byKind);
}

/** Refuses what is out of bounds or does not compile. */
export function validator(): Handler {
  return byKindOnChange({
    Checkpoint: checkCheckpoint,
    CheckpointRule: checkRule,
    ClusterCheckpointRule: checkRule,
  });
}

function byKindOnChange(handlers: Record<string, Handler>): Handler {
  return (request) => {
    const { operation, kind } = request;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return ALLOWED;
    return Object.hasOwn(handlers, kind.kind) ? (handlers[kind.kind]?.(request) ?? ALLOWED) : ALLOWED;
  };
}
