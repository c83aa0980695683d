import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../operator/errors.ts';
import { Cleanup } from './cleanup.ts';
import { prepare, startEnvironment } from './environment.ts';
import { type DemoOptions, parseOptions, USAGE } from './options.ts';
import { play, say } from './play.ts';

/** As a shell says of what Ctrl-C has ended. */
const INTERRUPTED = 130;

await main();

async function main(): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2), process.env);
    if (options.help) say(USAGE);
    else process.exit(await demo(options));
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** Gives the exit code. However it ends, nothing of it is left, except the operator's log where something failed. */
async function demo(options: DemoOptions): Promise<number> {
  say('starting a Kubernetes API server, the guards, the webhook, the operator and Slack …');
  await prepare(options);
  const signal = interruption();
  const logFolder = await mkdtemp(join(tmpdir(), 'approvalgate-demo-'));
  const cleanup = new Cleanup();
  const problems: unknown[] = [];
  try {
    await show(options, join(logFolder, 'operator.log'), { endings: cleanup, signal });
  } catch (error) {
    if (!signal.aborted) problems.push(error);
  }
  problems.push(...(await cleanup.run()));
  if (problems.some((problem) => !(problem instanceof UsageError))) {
    say(`the operator's log is kept in ${logFolder}`);
  } else await rm(logFolder, { recursive: true });
  if (problems.length > 1) throw new AggregateError(problems, 'the demo failed, and could not clean up');
  if (problems.length > 0) throw problems[0];
  return signal.aborted ? INTERRUPTED : 0;
}

async function show(
  options: DemoOptions,
  logFile: string,
  { endings: cleanup, signal }: { endings: Cleanup; signal: AbortSignal },
): Promise<void> {
  const environment = await startEnvironment(options, logFile, cleanup);
  signal.throwIfAborted();
  say(`the operator's log: ${logFile}`);
  await play(environment, options, signal);
}

/** Aborts on the first Ctrl-C; the next ones are not to keep the demo from cleaning up. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (!controller.signal.aborted) say('\nstopping, and removing everything that the demo has made …');
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  return controller.signal;
}
