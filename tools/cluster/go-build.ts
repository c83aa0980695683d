import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runProgram } from './processes.ts';

/** What users of the tests and the demo read while something is fetched or built. */
export type Progress = (line: string) => void;

export const toStandardError: Progress = (line) => process.stderr.write(`${line}\n`);

/** What to install where Go is missing. */
export const GO_WANTED = 'Go 1.26 or newer (https://go.dev/doc/install)';

/** The module of everything that is built here. */
export const GO_MODULE = join(import.meta.dirname, '..');

interface GoBuild {
  /** An import path, or a folder of the module: `./cel-oracle`. */
  readonly goPackage: string;
  /** Where the program goes; nothing is there before it is whole. */
  readonly path: string;
  readonly linkerFlags?: readonly string[];
}

export async function hasGo(): Promise<boolean> {
  return await runProgram('go', ['version']).then(
    () => true,
    () => false,
  );
}

/**
 * Builds one program. All are built with the same flags, so that they share what is compiled.
 * @throws Error when the build fails; its output has gone to standard error.
 */
export async function buildGo(
  build: GoBuild,
  { progress, hint }: { progress: Progress; hint: string },
): Promise<void> {
  const name = basename(build.path);
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const tell = (): void => progress(`building ${name} from Go modules, ${seconds()} s so far (${hint})`);
  tell();
  const timer = setInterval(tell, 30_000);
  const temporary = `${build.path}.${process.pid}`;
  try {
    await run({ ...build, path: temporary });
    await rename(temporary, build.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
  progress(`built ${name} in ${seconds()} s`);
}

async function run({ goPackage, path, linkerFlags = [] }: GoBuild): Promise<void> {
  const flags = ['-mod=readonly', '-trimpath', '-ldflags', ['-s -w', ...linkerFlags].join(' ')];
  const child = spawn('go', ['build', ...flags, '-o', path, goPackage], {
    cwd: GO_MODULE,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`go build ${goPackage} failed with exit code ${code}; its output is above`);
}
