import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CheckpointStatus, Decision } from '../../../crds/types.ts';

/** One request, as the API server's audit log has it. */
interface AuditEvent {
  readonly responseStatus?: { readonly code: number };
  readonly requestObject?: {
    readonly metadata?: { readonly uid?: string };
    readonly status?: CheckpointStatus;
  };
}

/** Of every write of a status, what it says. */
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Request',
      verbs: ['patch', 'update'],
      resources: [{ group: 'approvalgate.dev', resources: ['checkpoints/status'] }],
    },
    { level: 'None' },
  ],
};

/** The API server's own account of who decided what, so that nothing that was done twice can hide behind the outcome. */
export class AuditLog {
  readonly flags: readonly string[];
  readonly #file: string;

  private constructor(file: string, policy: string) {
    this.#file = file;
    this.flags = [`--audit-policy-file=${policy}`, `--audit-log-path=${file}`];
  }

  static async create(folder: string): Promise<AuditLog> {
    const policy = join(folder, 'audit-policy.json');
    await writeFile(policy, JSON.stringify(POLICY));
    return new AuditLog(join(folder, 'audit.log'), policy);
  }

  /** By uid: the decisions that the API server took; one that a later write repeated is one. */
  async decisionsTaken(): Promise<Map<string, Decision[]>> {
    const taken = new Map<string, Decision[]>();
    for (const { requestObject, responseStatus } of await this.#events()) {
      const decision = requestObject?.status?.decision;
      if (decision === undefined || (responseStatus?.code ?? 0) > 299) continue;
      const uid = requestObject?.metadata?.uid ?? '';
      const known = taken.get(uid) ?? [];
      if (!known.some((each) => isDeepStrictEqual(each, decision))) taken.set(uid, [...known, decision]);
    }
    return taken;
  }

  async #events(): Promise<AuditEvent[]> {
    const lines = (await readFile(this.#file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as AuditEvent);
  }
}
