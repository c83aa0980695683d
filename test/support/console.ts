import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * The commands of a page, in order: of every block that is marked `console` and nothing else, the lines after `$`, with those
 * that go on after a backslash. A block with another word after `console` is for people alone.
 */
export function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```console\n(.*?)^ *```/gmsu)].map(([, block = '']) => block);
  return blocks.flatMap((block) => {
    const commands: string[] = [];
    for (const line of block
      .split('\n')
      .map((each) => each.trim())
      .filter(Boolean)) {
      const last = commands.at(-1);
      if (line.startsWith('$ ')) commands.push(line.slice(2));
      else if (last?.endsWith('\\')) commands[commands.length - 1] = `${last}\n${line}`;
    }
    return commands;
  });
}

/**
 * Runs commands in one shell, as a reader does, until one fails.
 * @returns what each printed. @throws Error that names the command that failed, with all that was printed
 */
export async function runInOneShell(
  commands: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string[]> {
  const mark = '::next command::';
  const script = ['set -euo pipefail', ...commands.flatMap((command) => [`echo '${mark}'`, command])].join(
    '\n',
  );
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [code]] = await Promise.all([
    text(child.stdout),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const said = printed.split(`${mark}\n`).slice(1);
  if (code !== 0)
    throw new Error(
      `${commands[said.length - 1]}\nfailed with exit code ${code}:\n${printed.replaceAll(mark, '$')}`,
    );
  return said;
}
