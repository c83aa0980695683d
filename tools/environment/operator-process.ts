import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../cluster/processes.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'operator', 'main.ts');
/** Loaded before the operator: it ends when the process that started it ends, however that happens. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  "process.once('disconnect', () => process.kill(process.pid, 'SIGKILL')); process.channel?.unref();",
)}`;
const READY_MS = 90_000;

/** As the README runs it: by itself Node lets 50 MB more of young objects wait, nearly all of them garbage. */
export const NODE_FLAGS = ['--max-semi-space-size=8'];

interface OperatorOptions {
  /** Absent: it finds its cluster as a pod does. */
  readonly kubeconfig?: string;
  /** A program, with its arguments, that starts the one that follows; absent: none. */
  readonly launcher?: readonly string[];
  /** The program, of another checkout; default: this one's. */
  readonly main?: string;
  /** Address that it listens on; default: loopback. */
  readonly host?: string;
  /** Flags besides the kubeconfig and the addresses. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the webhook listens; absent: this process has none. */
  readonly webhook?: { readonly port: number; readonly certDir: string };
  readonly slackPort?: number;
  /** Where its log goes; absent: nowhere. */
  readonly logFile?: string;
}

/** The operator as users run it: a process of its own. */
export class OperatorProcess {
  readonly #child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Resolves once it is ready. @throws Error when it ends or is not ready in time. */
  static async start(options: OperatorOptions): Promise<OperatorProcess> {
    const port = await freePort();
    const [program = '', ...args] = [
      ...[...(options.launcher ?? []), process.execPath, ...NODE_FLAGS, '--import', END_WITH_PARENT],
      ...[options.main ?? MAIN, ...flagsOf(options, port)],
    ];
    const child = spawn(program, args, {
      env: { ...withoutSlack(process.env), ...options.environment },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
    if (log) child.stdout?.pipe(log);
    else child.stdout?.resume();
    const operator = new OperatorProcess(child, `http://127.0.0.1:${port}`);
    try {
      await operator.ready();
    } catch (error) {
      await operator.kill();
      throw error;
    }
    return operator;
  }

  async ready(): Promise<void> {
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await delay(20)) {
      if (this.exited) {
        throw new Error(`the operator ended with exit code ${this.#child.exitCode}`);
      }
      if ((await this.get('/readyz'))?.status === 200) return;
    }
    throw new Error(
      `the operator is not ready after ${READY_MS / 1000} s: ${(await this.get('/readyz'))?.text}`,
    );
  }

  /** Undefined while nobody answers. */
  async get(path: string): Promise<{ status: number; text: string } | undefined> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(5_000) });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return undefined;
    }
  }

  /** Reads all metrics once; what is given looks one up by its name with labels, and is undefined for what is not there. */
  async metrics(): Promise<(name: string) => number | undefined> {
    const { text = '' } = (await this.get('/metrics')) ?? {};
    const lines = text.split('\n');
    return (name) => {
      const line = lines.find((each) => each.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.slice(name.length));
    };
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Stops it as Kubernetes does. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Resolves when it has ended, with its exit code; null where a signal ended it. */
  async ended(): Promise<number | null> {
    if (!this.exited) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Lets it run no instruction more until it is resumed. */
  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it between any two instructions. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.exited) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

function flagsOf(options: OperatorOptions, port: number): string[] {
  const { kubeconfig, flags = [], webhook, slackPort, host = '127.0.0.1' } = options;
  const roles = webhook ? 'controller,webhook,slack' : 'controller,slack';
  return [
    ...(kubeconfig ? ['--kubeconfig', kubeconfig] : []),
    ...['--host', host, '--port', String(port), '--roles', roles],
    ...(webhook ? ['--webhook-port', String(webhook.port), '--webhook-cert-dir', webhook.certDir] : []),
    ...(slackPort === undefined ? [] : ['--slack-port', String(slackPort)]),
    ...flags,
  ];
}

/** A developer's own tokens must not reach an operator under test. */
function withoutSlack(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('SLACK_')));
}
