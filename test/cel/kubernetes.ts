import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownProgram } from '../../tools/cluster/own-programs.ts';

/** An expression and its variables, as JSON has them; `now` is RFC 3339. */
export interface Asked {
  readonly expression: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A value as JSON that tells its type (tools/cel-oracle/view.go has the forms) and its cost, or why there is none. */
interface Outcome {
  readonly value?: unknown;
  readonly cost: number;
  readonly stage?: 'compile' | 'evaluate';
  readonly error?: string;
}

/**
 * Where Kubernetes gives no value, also what it would say with what rules have besides, by their names in docs/rules.md:
 * one after the other, each with those before it, until there is a value.
 */
export interface Answer extends Outcome {
  readonly besides?: readonly (Outcome & { readonly name: string })[];
}

/**
 * What Kubernetes' own environment says to each, in the same order.
 * @param keys the context keys that expressions may name.
 */
export function askKubernetes(keys: readonly string[], questions: readonly Asked[]): Promise<Answer[]> {
  return answers([{ keys }, ...questions]);
}

/** Whether each text matches its pattern in Go; an error where the pattern is none. */
export function askGoRegexp(
  questions: readonly { readonly pattern: string; readonly text: string }[],
): Promise<{ matches: boolean; error?: string }[]> {
  return answers([{ keys: [] }, ...questions]);
}

/** The functions of Kubernetes' own environment: a signature for each overload. */
export async function askFunctions(): Promise<readonly string[]> {
  const [functions = []] = await answers<readonly string[]>([{ keys: [] }, { functions: true }]);
  return functions;
}

async function answers<T>(lines: readonly object[]): Promise<T[]> {
  const oracle = spawn(await ownProgram('cel-oracle'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(oracle, 'exit');
  const asking = pipeline(Readable.from(jsonLines(lines)), oracle.stdin);
  const given: T[] = [];
  for await (const line of createInterface({ input: oracle.stdout })) given.push(JSON.parse(line) as T);
  await asking;
  const [code] = (await ended) as [number | null];
  if (code !== 0 || given.length !== lines.length - 1) {
    throw new Error(`cel-oracle gave ${given.length} of ${lines.length - 1} answers and ended with ${code}`);
  }
  return given;
}

function* jsonLines(lines: readonly object[]): Generator<string> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`;
}
