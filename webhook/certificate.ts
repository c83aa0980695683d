import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toError } from '../operator/errors.ts';
import { fileVersion } from '../operator/files.ts';
import type { Logger } from '../operator/log.ts';
import { certificateReads } from './metrics.ts';

const RELOAD_MS = 1_000;

/** PEM. */
export interface KeyPair {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** Where the server's certificate comes from. */
export interface CertificateSource {
  /** Undefined while there is none yet. @throws Error naming what cannot be read */
  current(): KeyPair | undefined;
  /** Gives each later one to `use`, which throws for what cannot be used, until the returned function is called. */
  follow(use: (pair: KeyPair) => void): () => void;
}

/**
 * The files tls.crt and tls.key of a folder, as a mounted Secret. Looks every second: such a one changes by a swapped link, which
 * file events miss. While the files do not fit each other, as between two writes, the old certificate stays.
 */
export class CertificateFolder implements CertificateSource {
  readonly #files: { readonly cert: string; readonly key: string };
  readonly #log: Logger;
  #version = '';
  #failed = '';

  constructor(folder: string, log: Logger) {
    this.#files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    this.#log = log;
  }

  current(): KeyPair {
    // Before it is read: what is written meanwhile is another version.
    this.#version = this.#versionOfNow();
    return this.#read();
  }

  follow(use: (pair: KeyPair) => void): () => void {
    const timer = setInterval(() => this.#look(use), RELOAD_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  #look(use: (pair: KeyPair) => void): void {
    const now = this.#versionOfNow();
    if (now === this.#version) return;
    try {
      use(this.#read());
      this.#version = now;
    } catch (error) {
      if (now === this.#failed) return;
      this.#failed = now;
      certificateReads.failed.inc();
      this.#log.warn(
        { error: toError(error).message },
        'the new certificate cannot be used; the old one stays',
      );
    }
  }

  #read(): KeyPair {
    const pair = { cert: readFileSync(this.#files.cert), key: readFileSync(this.#files.key) };
    certificateReads.all.inc();
    return pair;
  }

  /** Another text whenever one of the files is another one. */
  #versionOfNow(): string {
    return Object.values(this.#files)
      .map((file) => fileVersion(file) ?? 'unreadable')
      .join(' ');
  }
}

/** A certificate that this process makes itself, and gives here. */
export class GivenCertificate implements CertificateSource {
  #pair: KeyPair | undefined;
  #use: ((pair: KeyPair) => void) | undefined;

  give(pair: KeyPair): void {
    this.#pair = pair;
    certificateReads.all.inc();
    this.#use?.(pair);
  }

  current(): KeyPair | undefined {
    return this.#pair;
  }

  follow(use: (pair: KeyPair) => void): () => void {
    this.#use = use;
    return () => {
      this.#use = undefined;
    };
  }
}
