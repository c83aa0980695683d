import { readFileSync, statSync } from 'node:fs';
import { toError } from './errors.ts';

/**
 * A text file that others write while the process runs, as a mounted Secret or a token that is renewed. It is read
 * again when it changes. While it cannot be read, its last text stays in use: a disk or a swap that fails for a moment
 * is no reason to forget a secret.
 */
export class FollowedFile {
  readonly path: string;
  readonly #report: (problem: string) => void;
  #version: string | undefined;
  #text: string | undefined;
  #problem: string | undefined;
  #isMissing = false;

  /** `report` is told once of each new problem. */
  constructor(path: string, report: (problem: string) => void = () => undefined) {
    this.path = path;
    this.#report = report;
  }

  /** The text of now, or the last one that could be read; undefined where there has been none. Never throws. */
  text(): string | undefined {
    const version = fileVersion(this.path);
    if (version !== undefined && version === this.#version) return this.#text;
    try {
      this.#text = readFileSync(this.path, 'utf8');
      this.#version = version;
      this.#problem = undefined;
      this.#isMissing = false;
    } catch (error) {
      this.#version = undefined;
      this.#failed(toError(error));
    }
    return this.#text;
  }

  /** Why the file could not be read when it was last looked at. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Whether there was no such file when it was last looked at. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  #failed({ message, code }: NodeJS.ErrnoException): void {
    this.#isMissing = code === 'ENOENT';
    const kept = this.#text === undefined ? '' : '; what it held before stays in use';
    const problem = `${this.path} cannot be read (${message})${kept}`;
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#report(problem);
  }
}

/**
 * A text that changes whenever the file does; undefined if the file cannot be looked at. Take it before a read, so that
 * a change in between is seen the next time. A mounted Secret changes by a swapped link, which file events miss.
 */
export function fileVersion(path: string): string | undefined {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(path);
    return `${ino}:${mtimeMs}:${ctimeMs}:${size}`;
  } catch {
    return undefined;
  }
}
