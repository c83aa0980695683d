import { type ExecFileException, execFile } from 'node:child_process';
import type { ExecSpec } from './exec-spec.ts';

/** How long a program may take. It may sign in over the network; kubectl waits without end. */
const TIMEOUT_MS = 30_000;
const OUTPUT_LIMIT = 1024 * 1024;
/** How many characters of a program's complaint an error repeats. */
const COMPLAINT_LIMIT = 300;
/** The least time between two runs that refusals cause, as each starts a process. */
const SPACING_MS = 1_000;

/** What a program gave; `until` in milliseconds since the epoch, absent: until the API server refuses it. */
export interface ExecCredential {
  readonly token?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly until?: number | undefined;
}

/**
 * Runs the program of `users[].user.exec` when a credential is needed: at first, once its time is over, and after the
 * API server has refused it. Source of the protocol: client-go, `plugin/pkg/client/auth/exec`.
 */
export class ExecPlugin {
  readonly #spec: ExecSpec;
  #known: ExecCredential | undefined;
  #ranAt = Number.NEGATIVE_INFINITY;

  constructor(spec: ExecSpec) {
    this.#spec = spec;
  }

  /** @throws Error that names the program and says what went wrong. */
  async credential(): Promise<ExecCredential> {
    const known = this.#known;
    if (known !== undefined && (known.until === undefined || known.until > Date.now())) return known;
    this.#ranAt = performance.now();
    this.#known = credentialIn(await output(this.#spec), this.#spec);
    return this.#known;
  }

  /** The API server has refused what was given: the next one comes from another run. */
  refused(): void {
    if (performance.now() - this.#ranAt > SPACING_MS) this.#known = undefined;
  }
}

function output(spec: ExecSpec): Promise<string> {
  const { command, args, env, apiVersion, cluster } = spec;
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false, cluster } };
  const options = {
    env: { ...process.env, ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    timeout: TIMEOUT_MS,
    maxBuffer: OUTPUT_LIMIT,
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(failure(spec, error, stderr));
    });
    child.stdin?.end();
  });
}

function failure({ command, installHint }: ExecSpec, error: ExecFileException, complaint: string): Error {
  const hint = error.code === 'ENOENT' && installHint ? `; ${installHint.slice(0, COMPLAINT_LIMIT)}` : '';
  const why = error.killed ? 'did not end in time' : `failed (${error.code}): ${complaint || error.message}`;
  return new Error(`${command} ${why.trim().slice(0, COMPLAINT_LIMIT)}${hint}`);
}

interface Answer {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

function credentialIn(stdout: string, { command, apiVersion }: ExecSpec): ExecCredential {
  const { apiVersion: given, kind, status = {} } = answerIn(stdout, command);
  if (kind !== 'ExecCredential' || given !== apiVersion) {
    throw new Error(`${command} gave no ExecCredential of ${apiVersion}`);
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  if (!token && !(cert && key)) {
    throw new Error(
      `${command} gave neither status.token nor status.clientCertificateData with clientKeyData`,
    );
  }
  const until = Date.parse(expirationTimestamp ?? '');
  return {
    token,
    clientCertificate: cert && key ? { cert, key } : undefined,
    until: Number.isNaN(until) ? undefined : until,
  };
}

function answerIn(stdout: string, command: string): Answer {
  try {
    const parsed: unknown = JSON.parse(stdout);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Its text is not for a log: it may hold the credential.
  }
  throw new Error(`${command} gave no JSON`);
}
