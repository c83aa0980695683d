import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../operator/errors.ts';

/** Builds images without a daemon. */
export class Buildah {
  readonly #flags: readonly string[];

  /** `storage`: a folder for images and containers; default: the machine's own. */
  constructor(storage?: string) {
    this.#flags =
      storage === undefined ? [] : ['--root', join(storage, 'images'), '--runroot', join(storage, 'run')];
  }

  /**
   * Runs a command whose progress goes to standard error, and gives what it wrote to standard output.
   * @throws UsageError where buildah is missing; Error when the command fails.
   */
  async run(args: readonly string[]): Promise<string> {
    const child = spawn('buildah', [...this.#flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const failed = once(child, 'error').then(([error]) => {
      throw missing(error as NodeJS.ErrnoException);
    });
    const ended = Promise.all([text(child.stdout), once(child, 'close')]);
    const [stdout, [code]] = await Promise.race([ended, failed]);
    if (code !== 0) throw new Error(`buildah ${args[0]} failed with exit code ${code}; its output is above`);
    return stdout.trim();
  }
}

function missing(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return error;
  const others = 'docker build -t approvalgate . and podman build -t approvalgate . give the same image';
  return new UsageError(`buildah is missing: install it (https://buildah.io); ${others}`);
}
