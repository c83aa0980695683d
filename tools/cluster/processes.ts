import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

/** Runs a program to its end. @throws Error when it fails. */
export const runProgram = promisify(execFile);

/**
 * Runs a program beside a reader of standard input: when that pipe closes, the program is killed. Asked politely, a
 * kube-apiserver whose etcd has gone first would stay.
 */
const GUARD = [
  'exec 3<&0',
  'trap : TERM',
  '"$@" 3<&- </dev/null & child=$!',
  '(cat <&3 >/dev/null; kill -KILL $child) 2>/dev/null & guard=$!',
  'while kill -0 $child 2>/dev/null; do wait $child; done',
  'kill $guard 2>/dev/null',
].join('\n');

/**
 * Starts a program whose output goes to a file. It is ended when this process ends, however that happens, because only
 * this process holds its pipe open.
 */
export function startProcess(path: string, args: readonly string[], logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('bash', ['-c', GUARD, 'guard', path, ...args], {
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  return child;
}

/** Ends a program and waits until it has ended; after ten seconds it is killed. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // Nothing else may keep this process going until then.
  child.ref();
  const ended = once(child, 'exit');
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), 10_000);
  signalGroup(child, 'SIGTERM');
  await ended;
  clearTimeout(kill);
}

/** The program and the shell beside it are one process group. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
