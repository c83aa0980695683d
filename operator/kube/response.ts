import type { Dispatcher } from 'undici';
import { ApiError, errorFromAnswer } from './api-error.ts';

export interface Page<T> {
  readonly items: T[];
  readonly resourceVersion: string;
  /** Token of the next page; undefined on the last. */
  readonly continue?: string;
  /** The answer's `Date`: whatever was readable then is in it. */
  readonly serverTime: Date;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** A list as the API server answers it. */
export interface ListResponse<T> {
  readonly items: T[] | null;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** A connection that breaks within an answer is no answer. */
export async function bodyText(body: { text(): Promise<string> }): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    throw new ApiError({ status: 0, message: `the answer broke off: ${String(error)}`, cause: error });
  }
}

/** What stands between us and the API server may answer 200 with a page of its own: that is no answer. */
export function parsed<T>(text: string, what: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw noJson(what);
  }
}

function noJson(what: string): ApiError {
  return new ApiError({ status: 0, message: `${what}: the answer is no JSON` });
}

export function pageOf<T>({ body, serverTime }: { body: ListResponse<T>; serverTime: Date }): Page<T> {
  const { items, metadata } = body;
  if (!metadata?.resourceVersion) throw new ApiError({ status: 0, message: 'the answer is no list' });
  return {
    items: items ?? [],
    resourceVersion: metadata.resourceVersion,
    ...(metadata.continue ? { continue: metadata.continue } : {}),
    serverTime,
  };
}

export function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The body of a watch that has begun. @throws ApiError where the server refuses it, or something else answers. */
export async function watchBody(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  what: string,
): Promise<Dispatcher.ResponseData['body']> {
  if (statusCode !== 200) {
    throw errorFromAnswer(statusCode, await bodyText(body), header(headers['retry-after']));
  }
  if (header(headers['content-type'])?.startsWith('application/json')) return body;
  // That it is cut off is no error to anybody; unheard it would end the process.
  body.on('error', () => undefined).destroy();
  throw noJson(what);
}
