import { parseArgs } from 'node:util';
import { toError, UsageError } from '../../operator/errors.ts';
import { faultsOf, makeRelease, planRelease } from './release.ts';

const USAGE = `Makes a release: sets the version everywhere, commits and tags. It never pushes.

usage: make release VERSION=1.2.3 [DRY_RUN=1]      (or: make release VERSION=1.2.3 --dry-run)

  --version X.Y.Z   the version of the release, or X.Y.Z-rc.N for a candidate
  --dry-run         check everything and say what would be done
  --check           only ask whether all files carry one version, and whether CHANGELOG.md has its form
  --tag vX.Y.Z      with --check: whether that version is this tag's

docs/releasing.md has every step.
`;

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(toError(error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** Works in the current folder. @returns the exit code */
async function run(args: readonly string[]): Promise<number> {
  const options = parsed(args);
  const repository = process.cwd();
  if (options.check) return report(await faultsOf(repository, options.tag));
  if (!options.version) throw new UsageError(`VERSION is missing\n\n${USAGE}`);
  const release = await planRelease(repository, options.version);
  const { tag, branch, notes } = release;
  console.log(`${tag}, from the branch ${branch}:\n\n${notes}\n`);
  if (options['dry-run']) {
    console.log(`Every check passed. Nothing was written: this was a dry run.`);
    return 0;
  }
  const changed = await makeRelease(repository, release);
  console.log(
    changed.length > 0 ? `Committed: ${changed.join(', ')}` : 'The files carried this version already.',
  );
  console.log(
    `Tagged ${tag}. Nothing was pushed. When you are sure:\n\n  git push --atomic origin ${branch} ${tag}`,
  );
  return 0;
}

function report(faults: readonly string[]): number {
  if (faults.length === 0) return 0;
  console.error(faults.join('\n'));
  return 1;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { version: text, tag: text, check: flag, 'dry-run': flag } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${toError(error).message}\n\n${USAGE}`);
  }
}
