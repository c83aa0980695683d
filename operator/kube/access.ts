import { createSecureContext } from 'node:tls';
import { toError, UsageError } from '../errors.ts';
import { FollowedFile } from '../files.ts';
import type { Logger } from '../log.ts';
import { type ExecCredential, ExecPlugin } from './exec-plugin.ts';
import type { ExecSpec } from './exec-spec.ts';
import type { Material, Target } from './kubeconfig.ts';

/** How often files are looked at; a look is one `stat` of each. */
const LOOK_MS = 1_000;

/** What a connection to the API server is made with. */
interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string | undefined;
}

/** The way to the API server as it is now. */
export interface Access {
  readonly server: URL;
  readonly token?: string | undefined;
  readonly tls: TlsMaterial;
  readonly proxyUrl?: string | undefined;
}

/** Gives the way of now; the same object while nothing has changed. */
export interface AccessSource {
  /** @throws Error that says which credential cannot be had. */
  current(): Promise<Access>;
  /** The API server has refused this one (401): everything is looked at anew. */
  refused(access: Access): void;
  /** Sentences on what cannot be read now, while what was read before stays in use. */
  problems(): readonly string[];
}

/** Where the description of the way comes from: a kubeconfig that may change, or the pod's own. */
export interface TargetSource {
  /** The same object while nothing has changed. @throws UsageError when it cannot be followed. */
  target(): Target;
  /** Sentences on what cannot be read of it now. */
  problems(): readonly string[];
}

/**
 * Follows a target and the files that it names. A change is in use within a second. While something is broken, as
 * between the writes of a certificate and of its key, what was there before stays in use.
 */
export class FollowedAccess implements AccessSource {
  readonly #source: TargetSource;
  readonly #log: Pick<Logger, 'warn'> | undefined;
  readonly #files = new Map<string, FollowedFile>();
  #target: Target | undefined;
  #plugin: ExecPlugin | undefined;
  #access: Access | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<Access> | undefined;
  #problem: string | undefined;
  readonly #report = (problem: string): void => {
    this.#log?.warn({ problem }, 'a file with credentials cannot be read');
  };

  constructor(source: TargetSource, log?: Pick<Logger, 'warn'>) {
    this.#source = source;
    this.#log = log;
  }

  async current(): Promise<Access> {
    if (this.#access !== undefined && performance.now() - this.#lookedAt < LOOK_MS) return this.#access;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  refused(access: Access): void {
    if (access !== this.#access) return;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#plugin?.refused();
  }

  problems(): readonly string[] {
    const files = [...this.#files.values()].flatMap(({ problem }) => problem ?? []);
    const all = [...this.#source.problems(), ...files, ...(this.#problem ? [this.#problem] : [])];
    return all.map((problem) => `credentials for the API server: ${problem}`);
  }

  /** Reads all that can be read without running a program. @throws UsageError that says what cannot be. */
  check(): void {
    try {
      usable(this.#read(this.#targetOfNow(), {}));
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(toError(error).message);
    }
  }

  async #look(): Promise<Access> {
    const lookedAt = performance.now();
    try {
      const target = this.#targetOfNow();
      const access = this.#read(target, target.exec ? await this.#pluginOf(target.exec).credential() : {});
      if (JSON.stringify(access) !== JSON.stringify(this.#access)) this.#access = usable(access);
      this.#problem = undefined;
    } catch (error) {
      this.#failed(toError(error));
    }
    this.#lookedAt = lookedAt;
    if (this.#access === undefined) throw new Error(this.#problem);
    return this.#access;
  }

  #failed({ message }: Error): void {
    const problem = `${message}${this.#access === undefined ? '' : '; what was read before stays in use'}`;
    if (problem !== this.#problem)
      this.#log?.warn({ problem }, 'credentials for the API server cannot be had');
    this.#problem = problem;
  }

  /** Files that only the target before this one named are no longer followed. */
  #targetOfNow(): Target {
    const target = this.#source.target();
    if (target !== this.#target) {
      this.#files.clear();
      this.#plugin = undefined;
    }
    this.#target = target;
    return target;
  }

  #read(target: Target, given: ExecCredential): Access {
    const { server, token, ca, clientCertificate, insecureSkipTlsVerify, tlsServerName, proxyUrl } = target;
    const own = clientCertificate && {
      cert: this.#text(clientCertificate.cert),
      key: this.#text(clientCertificate.key),
    };
    const tls = {
      ca: ca && this.#text(ca),
      ...(own ?? given.clientCertificate),
      rejectUnauthorized: !insecureSkipTlsVerify,
      servername: tlsServerName,
    };
    return { server, tls, token: token ? this.#text(token).trim() : given.token, proxyUrl };
  }

  #pluginOf(spec: ExecSpec): ExecPlugin {
    this.#plugin ??= new ExecPlugin(spec);
    return this.#plugin;
  }

  #text(material: Material): string {
    if ('text' in material) return material.text;
    const file = this.#files.get(material.file) ?? new FollowedFile(material.file, this.#report);
    this.#files.set(material.file, file);
    const text = file.text();
    if (text === undefined) throw new Error(file.problem);
    return text;
  }
}

/** @throws Error where a certificate is none, or does not fit its key, as between two writes. */
function usable(access: Access): Access {
  const { ca, cert, key } = access.tls;
  createSecureContext({ ca, cert, key });
  return access;
}
