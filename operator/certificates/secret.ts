import type { X509Certificate } from 'node:crypto';
import { builtin, GROUP } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { KEYS, type Pair } from './material.ts';
import type { Requested } from './plan.ts';
import { pemOf } from './x509.ts';

export const SECRETS = builtin('', 'Secret', 'secrets', true);

/** On the Secret: `authority` or `certificate` asks for a new one; the operator takes it away when it has written that. */
const RENEW_ANNOTATION = `${GROUP}/renew`;

export interface Secret {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly data?: Readonly<Record<string, string>>;
}

/** What is written; a part that is absent stays as it is. */
export interface Contents {
  readonly authorities?: readonly X509Certificate[];
  readonly authorityKey?: string;
  readonly serving?: Pair;
}

const REQUESTED: Readonly<Record<string, Requested>> = { authority: 'Authority', certificate: 'Certificate' };

export function requestedOf(secret: Secret | undefined): Requested | undefined {
  const asked = annotationOf(secret);
  return asked !== undefined && Object.hasOwn(REQUESTED, asked) ? REQUESTED[asked] : undefined;
}

/** A sentence on an annotation that asks for nothing that there is. */
export function misunderstood(secret: Secret | undefined): string | undefined {
  const asked = annotationOf(secret);
  if (asked === undefined || requestedOf(secret) !== undefined) return undefined;
  const known = Object.keys(REQUESTED).join(' or ');
  return `the annotation ${RENEW_ANNOTATION} of Secret ${secret?.metadata.name} must be ${known}`;
}

function annotationOf(secret: Secret | undefined): string | undefined {
  return secret?.metadata.annotations?.[RENEW_ANNOTATION];
}

export function newSecret(ref: { readonly namespace: string; readonly name: string }, contents: Contents) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { ...ref, labels: { 'app.kubernetes.io/name': 'approvalgate' } },
    data: dataOf(contents),
  };
}

/** What was asked for is done by whatever is issued: a new authority leads to a new certificate. */
export function withContents(secret: Secret, contents: Contents): Secret {
  const { [RENEW_ANNOTATION]: asked, ...others } = secret.metadata.annotations ?? {};
  const isDone = contents.serving !== undefined || contents.authorityKey !== undefined;
  const annotations = isDone || asked === undefined ? others : { ...others, [RENEW_ANNOTATION]: asked };
  return {
    ...secret,
    metadata: { ...secret.metadata, annotations },
    data: { ...secret.data, ...dataOf(contents) },
  };
}

function dataOf({ authorities, authorityKey, serving }: Contents): Record<string, string> {
  const texts = {
    [KEYS.authorities]: authorities && pemOf(authorities),
    [KEYS.authorityKey]: authorityKey,
    [KEYS.certificate]: serving && pemOf([serving.certificate]),
    [KEYS.key]: serving?.key,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, Buffer.from(text).toString('base64')]],
    ),
  );
}
