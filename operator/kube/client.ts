import { setTimeout as delay } from 'node:timers/promises';
import type { V1SubjectAccessReviewSpec, V1SubjectAccessReviewStatus } from '@kubernetes/client-node';
import type { ResourceType } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { ApiError, errorFromAnswer, isNotFound, isTransient } from './api-error.ts';
import { readRetryMs } from './backoff.ts';
import { ServerClock } from './clock.ts';
import { fenced } from './fence.ts';
import { jsonLines } from './lines.ts';
import { type ListQuery, type ObjectRef, pathOf, type WatchQuery } from './paths.ts';
import {
  bodyText,
  header,
  type ListResponse,
  type Page,
  pageOf,
  parsed,
  type WatchEvent,
  watchBody,
} from './response.ts';
import type { Connections, Request } from './transport.ts';

const CALL_TIMEOUT_MS = 10_000;
const READ_ATTEMPTS = 3;

export type { WatchQuery } from './paths.ts';
export type { Page, WatchEvent } from './response.ts';

/** Names, uids, generations and versions without the rest of the objects. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

interface WithMetadata {
  readonly metadata: ObjectMeta;
}

/**
 * The one door to the API server. Every call has a time-out of 10 s, but a write that is given a signal has that one's.
 * Reads are tried again on 429, 5xx and silence, writes never: whoever writes must look again first. All methods throw
 * `ApiError`.
 */
export class KubeClient {
  readonly clock: ServerClock;
  readonly #transport: Connections;

  constructor(transport: Connections, clock: ServerClock = new ServerClock()) {
    this.#transport = transport;
    this.clock = clock;
  }

  /**
   * The same client, but its writes are refused as soon as `mayWrite` says no. That is asked just before a write is
   * sent, however long ago the call began.
   */
  fencedBy(mayWrite: () => boolean): KubeClient {
    return new KubeClient(fenced(this.#transport, mayWrite), this.clock);
  }

  /** Undefined where the object does not exist. */
  async get<T>(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<T | undefined> {
    try {
      const path = pathOf(type, ref);
      return (await this.#read<T>({ method: 'GET', path, ...(signal ? { signal } : {}) })).body;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async list<T>(type: ResourceType, query: ListQuery = {}, signal?: AbortSignal): Promise<Page<T>> {
    const path = pathOf(type, query, query);
    return pageOf(await this.#read<ListResponse<T>>({ method: 'GET', path, ...(signal ? { signal } : {}) }));
  }

  /**
   * Lists what the store has now, and of each object only the metadata. It is never tried again: whoever wants to know
   * whether the API server answers must hear of each failure.
   */
  async listMetadata(type: ResourceType, query: ListQuery, signal: AbortSignal): Promise<Page<WithMetadata>> {
    const path = pathOf(type, query, query);
    return pageOf(
      await this.#call<ListResponse<WithMetadata>>({ method: 'GET', path, signal, accept: METADATA_ONLY }),
    );
  }

  async create<T>(type: ResourceType, object: WithMetadata, signal?: AbortSignal): Promise<T> {
    const { namespace } = object.metadata;
    const path = pathOf(type, { ...(namespace ? { namespace } : {}) });
    return this.#write<T>('POST', path, object, signal);
  }

  /** Tries a creation: all of admission is asked, and nothing is stored. */
  async tryCreate<T>(type: ResourceType, object: WithMetadata, signal?: AbortSignal): Promise<T> {
    const { namespace } = object.metadata;
    const path = pathOf(type, namespace ? { namespace } : {}, { dryRun: 'All' });
    return this.#write<T>('POST', path, object, signal);
  }

  /** Writes the whole object, if it is still the version that `object` carries; the API server refuses it with 409 otherwise. */
  async replace<T>(type: ResourceType, object: WithMetadata, signal?: AbortSignal): Promise<T> {
    return this.#write<T>('PUT', pathOf(type, object.metadata), object, signal);
  }

  /**
   * Writes the given status fields if the object is still the one given: the patch carries its resource version, and
   * the API server refuses it with 409 otherwise, also where another object bears the name now.
   */
  async patchStatus<T>(type: ResourceType, object: WithMetadata, status: object): Promise<T> {
    const { uid, resourceVersion } = object.metadata;
    const body = { metadata: { uid, resourceVersion }, status };
    return this.#write<T>('PATCH', `${pathOf(type, object.metadata)}/status`, body);
  }

  /** Deletes this very object; that it is gone already, or is another one by now, is no error. */
  async delete(type: ResourceType, ref: ObjectRef, preconditions: { uid: string }): Promise<void> {
    try {
      await this.#write('DELETE', pathOf(type, ref), {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
      });
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || error.status === 409);
      if (!gone) throw error;
    }
  }

  async subjectAccessReview(spec: V1SubjectAccessReviewSpec): Promise<V1SubjectAccessReviewStatus> {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    return (await this.#write<{ status: V1SubjectAccessReviewStatus }>('POST', path, review)).status;
  }

  /**
   * The events after `query.resourceVersion`, or from the beginning, until the server or the signal ends it.
   * `opened` is called when the server has begun to answer, which may be long before the first event.
   */
  async *watch<T>(
    type: ResourceType,
    query: WatchQuery,
    signal: AbortSignal,
    opened: () => void = () => undefined,
  ): AsyncGenerator<WatchEvent<T>> {
    const path = pathOf(type, query, { ...query, watch: true });
    const sentAt = this.clock.mark();
    const answer = await this.#transport.watch({ method: 'GET', path, signal });
    this.clock.observe(header(answer.headers['date']), sentAt);
    const body = await watchBody(answer, `watch of ${type.plural}`);
    opened();
    yield* jsonLines<WatchEvent<T>>(body);
  }

  /** Sentences on credentials that cannot be read now, while those before stay in use. */
  problems(): readonly string[] {
    return this.#transport.problems();
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #read<T>({ signal, ...request }: Omit<Request, 'signal'> & { signal?: AbortSignal }) {
    for (let attempt = 1; ; attempt += 1) {
      const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
      try {
        return await this.#call<T>({
          ...request,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
      } catch (error) {
        if (attempt === READ_ATTEMPTS || !isTransient(error) || signal?.aborted) throw error;
        await delay(readRetryMs(error as ApiError, attempt));
      }
    }
  }

  async #write<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: object,
    signal = AbortSignal.timeout(CALL_TIMEOUT_MS),
  ): Promise<T> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return (await this.#call<T>({ method, path, body, contentType, signal })).body;
  }

  async #call<T>(request: Request): Promise<{ body: T; serverTime: Date }> {
    const sentAt = this.clock.mark();
    const response = await this.#transport.call(request);
    const date = header(response.headers['date']);
    this.clock.observe(date, sentAt);
    const { statusCode } = response;
    if (statusCode < 200 || statusCode > 299) {
      const retryAfter = header(response.headers['retry-after']);
      throw errorFromAnswer(statusCode, await bodyText(response.body), retryAfter);
    }
    const body = parsed<T>(await bodyText(response.body), `${request.method} ${request.path}`);
    return { body, serverTime: new Date(date ?? 0) };
  }
}
