/** The parts of an `admission.k8s.io/v1` AdmissionReview that this webhook reads. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly kind: string;
  /** Empty for what belongs to the cluster. */
  readonly namespace: string;
  readonly userInfo: UserInfo;
  /** As the client wrote it: mutating webhooks come before the schema. */
  readonly object: Json;
  /** As it is stored, where something is changed; else empty. */
  readonly oldObject: Json;
}

export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

export type Json = Readonly<Record<string, unknown>>;

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** What admission says of one request. */
export type AdmissionResponse =
  | { readonly allowed: true; readonly patch?: readonly PatchOperation[] }
  | { readonly allowed: false; readonly code: RefusalCode; readonly message: string };

const REASONS = { 403: 'Forbidden', 422: 'Invalid', 500: 'InternalError' } as const;

type RefusalCode = keyof typeof REASONS;

export const ALLOWED: AdmissionResponse = { allowed: true };

export function refused(code: RefusalCode, problems: readonly string[]): AdmissionResponse {
  return { allowed: false, code, message: problems.join('\n').toWellFormed() };
}

/** What was sent is no AdmissionReview, so it does not come from an API server. */
export class MalformedReview extends Error {
  override readonly name = 'MalformedReview';
  readonly status = 400;
}

/** The request in a body, as far as this webhook relies on it. @throws MalformedReview saying what is missing. */
export function parseReview(body: unknown): AdmissionRequest {
  const request = json(json(body)['request']);
  return {
    uid: required(request['uid'], 'request.uid'),
    operation: required(request['operation'], 'request.operation'),
    kind: required(json(request['kind'])['kind'], 'request.kind.kind'),
    namespace: text(request['namespace']),
    userInfo: parseUser(json(request['userInfo'])),
    object: json(request['object']),
    oldObject: json(request['oldObject']),
  };
}

/** The value if it is an object, else an empty one. */
export function json(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The value if it is a string, else an empty one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function required(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new MalformedReview(`the body is no AdmissionReview: ${field} is missing`);
}

function parseUser({ username, uid, groups }: Json): UserInfo {
  return {
    username: required(username, 'request.userInfo.username'),
    uid: text(uid),
    groups: Array.isArray(groups) ? groups.map(text) : [],
  };
}

/** The AdmissionReview that answers the request of this uid. */
export function reviewOf(uid: string, answer: AdmissionResponse): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, ...responseOf(answer) },
  };
}

function responseOf(answer: AdmissionResponse): object {
  if (!answer.allowed) {
    const { code, message } = answer;
    return { allowed: false, status: { status: 'Failure', code, reason: REASONS[code], message } };
  }
  if (!answer.patch?.length) return { allowed: true };
  const patch = Buffer.from(JSON.stringify(answer.patch)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}
