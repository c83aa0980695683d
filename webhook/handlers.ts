import { problemLine } from '../operator/model/field-problem.ts';
import { metadataProblems } from '../operator/model/metadata-bounds.ts';
import { type AdmissionRequest, type AdmissionResponse, ALLOWED, refused } from './admission.ts';
import { checkChange, checkCheckpoint, stampCheckpoint } from './checkpoint.ts';
import { type ReviewDeps, stampReview } from './review.ts';
import { checkRule } from './rule.ts';

/** What one path of the webhook does with a request. */
export type Handler = (request: AdmissionRequest) => AdmissionResponse | Promise<AdmissionResponse>;

/** Changes what is created: who asks and who reviews is stamped here. */
export function mutator(deps: ReviewDeps): Handler {
  return dispatch({
    'CREATE Checkpoint': stampCheckpoint,
    'CREATE CheckpointReview': (request) => stampReview(deps, request),
  });
}

/** Refuses what is out of bounds, what does not compile, and another question under the same uid. */
export function validator(): Handler {
  return dispatch({
    'CREATE Checkpoint': checkCheckpoint,
    'UPDATE Checkpoint': checkChange,
    'CREATE CheckpointRule': checkRule,
    'UPDATE CheckpointRule': checkRule,
    'CREATE ClusterCheckpointRule': checkRule,
    'UPDATE ClusterCheckpointRule': checkRule,
  });
}

/** Of what is not in the table only the metadata is bounded. */
function dispatch(table: Readonly<Record<string, Handler>>): Handler {
  const handlers = new Map(Object.entries(table));
  return (request) => {
    const problems = metadataProblems(request.object['metadata'], request.oldObject['metadata']);
    if (problems.length > 0) return refused(422, problems.map(problemLine));
    return handlers.get(`${request.operation} ${request.kind}`)?.(request) ?? ALLOWED;
  };
}
