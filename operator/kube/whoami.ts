import { setTimeout as delay } from 'node:timers/promises';
import type { V1SelfSubjectReview } from '@kubernetes/client-node';
import { builtin } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { KubeClient } from './client.ts';

const RETRY_MS = 5_000;
const UNKNOWN = 'the API server has not said yet whom it takes this process for';

const SELF_SUBJECT_REVIEWS = builtin(
  'authentication.k8s.io',
  'SelfSubjectReview',
  'selfsubjectreviews',
  false,
);

/** The name that the API server knows this client by. @throws ApiError */
export async function whoami(client: Pick<KubeClient, 'create'>): Promise<string> {
  const question = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: {} as ObjectMeta,
  };
  const { status } = await client.create<V1SelfSubjectReview>(SELF_SUBJECT_REVIEWS, question);
  return status?.userInfo?.username ?? '';
}

/**
 * Asks until there is an answer, because the policies let one account alone write what the operator writes.
 * @returns what is wrong with the account; nothing once it is the expected one
 */
export function checkAccount(
  client: Pick<KubeClient, 'create'>,
  expected: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): () => readonly string[] {
  let problems = [UNKNOWN];
  const ask = async (): Promise<void> => {
    const username = await untilAnswered(client, signal, (message) => {
      problems = [`${UNKNOWN}: ${message}`];
      log.warn({ error: message }, 'the API server does not say who this process is');
    });
    if (username !== undefined) problems = problemsOf(username, expected);
    for (const problem of problems) log.error(problem);
  };
  void ask();
  return () => problems;
}

function problemsOf(username: string, expected: string): string[] {
  if (username === expected) return [];
  return [
    `the API server takes this process for '${username}', and the policies let only '${expected}' write`,
  ];
}

/** Undefined once the signal aborts. */
async function untilAnswered(
  client: Pick<KubeClient, 'create'>,
  signal: AbortSignal,
  failed: (message: string) => void,
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      return await whoami(client);
    } catch (error) {
      failed(toError(error).message);
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  return undefined;
}
