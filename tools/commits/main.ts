import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { toError, UsageError } from '../../operator/errors.ts';
import { git } from '../release/git.ts';
import { messageFaults } from './message.ts';

const USAGE = `Asks whether commit messages have a short subject and a body that says why.

  --range A..B     the commits that git log names so, but for merges
  --file PATH      one message in a file, as git hands it to a commit-msg hook
`;

interface Commit {
  /** The abbreviated hash, or the word `message` for a file. */
  readonly name: string;
  readonly message: string;
}

try {
  process.exitCode = report(await commitsOf(process.argv.slice(2)));
} catch (error) {
  console.error(toError(error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** @throws UsageError where not exactly one of the flags is there. */
async function commitsOf(args: readonly string[]): Promise<Commit[]> {
  const { range, file } = parsed(args);
  if (range && !file) return await commitsIn(range);
  if (file && !range) return [{ name: 'message', message: await readFile(file, 'utf8') }];
  throw new UsageError(`one of --range and --file is needed\n\n${USAGE}`);
}

async function commitsIn(range: string): Promise<Commit[]> {
  const log = await git(process.cwd(), ['log', '--no-merges', '--format=%h%n%B%x00', range, '--']);
  return log
    .split('\0')
    .map((entry) => entry.trimStart())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [name = '', ...lines] = entry.split('\n');
      return { name, message: lines.join('\n') };
    });
}

function report(commits: readonly Commit[]): number {
  const faulty = commits
    .map(({ name, message }) => ({ name, subject: message.split('\n')[0], faults: messageFaults(message) }))
    .filter(({ faults }) => faults.length > 0);
  for (const { name, subject, faults } of faulty)
    console.error(`${name} ${subject}\n  ${faults.join('\n  ')}`);
  return faulty.length > 0 ? 1 : 0;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { range: text, file: text }, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${toError(error).message}\n\n${USAGE}`);
  }
}
