/** The parts of an `admission.k8s.io/v1` AdmissionReview that this webhook reads. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly namespace?: string;
  readonly userInfo: UserInfo;
  readonly object: unknown;
}

export interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** What admission says of one request. */
export type Answer =
  | { readonly allowed: true; readonly patch?: readonly PatchOperation[] }
  | { readonly allowed: false; readonly code: 403 | 422; readonly message: string };

export const ALLOWED: Answer = { allowed: true };

export function refused(code: 403 | 422, problems: readonly string[]): Answer {
  return { allowed: false, code, message: problems.join('\n') };
}

/**
 * The request in a body, checked as far as this webhook relies on it.
 * @throws Error that says what is missing: such a body does not come from an API server.
 */
export function parseReview(body: unknown): AdmissionRequest {
  const request = (body as { request?: Partial<AdmissionRequest> } | undefined)?.request;
  if (typeof request?.uid !== 'string')
    throw new Error('the body is no AdmissionReview: request.uid is missing');
  if (typeof request.kind?.kind !== 'string') throw new Error('request.kind.kind is missing');
  if (typeof request.operation !== 'string') throw new Error('request.operation is missing');
  return { ...request, userInfo: request.userInfo ?? {} } as AdmissionRequest;
}

export function reviewOf(uid: string, answer: Answer): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, ...responseOf(answer) },
  };
}

function responseOf(answer: Answer): object {
  if (!answer.allowed) {
    const { code, message } = answer;
    const reason = code === 403 ? 'Forbidden' : 'Invalid';
    return { allowed: false, status: { status: 'Failure', code, reason, message } };
  }
  if (!answer.patch?.length) return { allowed: true };
  const patch = Buffer.from(JSON.stringify(answer.patch)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}
