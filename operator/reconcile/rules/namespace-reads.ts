import { NAMESPACES } from '../../../crds/names.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Cacheable } from '../../kube/object-cache.ts';
import { FRESH_MS } from '../../model/time.ts';
import type { Timers } from '../../timers.ts';

/** Reads that are older are forgotten. */
const KEEP_MS = 10_000;

interface Read {
  readonly askedAt: number;
  /** What the watch knew then. */
  readonly cached: Cacheable | undefined;
  readonly answer: Promise<Cacheable | undefined>;
  /** Undefined until the answer has come. */
  found?: { readonly namespace: Cacheable | undefined };
}

interface Options {
  readonly client: Pick<KubeClient, 'get'>;
  /** What the watch knows. */
  cached(name: string): Cacheable | undefined;
  readonly timers: Timers;
}

/**
 * Namespaces as they stand in the store: each is read at most once a second, whoever asks. A namespace has no
 * generation, so what is read is taken as it is, until the watch brings another version.
 */
export class NamespaceReads {
  readonly #options: Options;
  readonly #reads = new Map<string, Read>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether `current` stood in the store at some time within the last second. */
  isProved(name: string): boolean {
    const read = this.#reads.get(name);
    if (read?.found === undefined || this.#ageOf(read) >= FRESH_MS) return false;
    const cached = this.#options.cached(name);
    return cached === read.cached || versionOf(cached) === versionOf(read.found.namespace);
  }

  /** As it was read, else as the watch knows it; undefined where neither knows it. */
  current(name: string): Cacheable | undefined {
    const cached = this.#options.cached(name);
    const read = this.#reads.get(name);
    if (read?.found === undefined || this.#ageOf(read) >= FRESH_MS) return cached;
    return cached === read.cached ? read.found.namespace : cached;
  }

  /** Undefined where there is no such namespace. @throws ApiError */
  read(name: string): Promise<Cacheable | undefined> {
    const known = this.#reads.get(name);
    if (known !== undefined && this.#ageOf(known) < FRESH_MS) return known.answer;
    this.#forgetOld();
    const { client, cached, timers } = this.#options;
    const answer = client.get<Cacheable>(NAMESPACES, { name });
    const read: Read = { askedAt: timers.now(), cached: cached(name), answer };
    this.#reads.set(name, read);
    return answer.then((namespace) => {
      read.found = { namespace };
      return namespace;
    });
  }

  #ageOf({ askedAt }: Read): number {
    return this.#options.timers.now() - askedAt;
  }

  #forgetOld(): void {
    for (const [name, read] of this.#reads) if (this.#ageOf(read) > KEEP_MS) this.#reads.delete(name);
  }
}

function versionOf(namespace: Cacheable | undefined): string | undefined {
  return namespace?.metadata.resourceVersion;
}
