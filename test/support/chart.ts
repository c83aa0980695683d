import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findBinaries } from '../../tools/cluster/binaries.ts';
import { type CommandResult, command } from '../../tools/cluster/cluster.ts';

export const CHART = join(import.meta.dirname, '..', '..', 'charts', 'approvalgate');
export const NAMESPACE = 'approvalgate';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: of any kind
  readonly spec: any;
}

/** The files of values that are rendered, linted and offered to an API server. */
export function valueFiles(): string[] {
  return readdirSync(join(CHART, 'ci')).sort();
}

/** Helm without a cluster. */
export async function helm(args: readonly string[], input?: string): Promise<CommandResult> {
  const { helm: path } = await findBinaries(['helm']);
  return command(path, args, input);
}

/** `values` are YAML, which JSON is part of. */
export function template(values: unknown, ...args: string[]): Promise<CommandResult> {
  const release = ['template', 'approvalgate', CHART, '--namespace', NAMESPACE, '--values', '-'];
  return helm([...release, ...args], typeof values === 'string' ? values : JSON.stringify(values));
}

/** @throws Error with Helm's own words when it fails. */
export async function rendered(values: unknown, ...args: string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await template(values, ...args);
  if (code !== 0) throw new Error(stderr);
  return manifestsIn(stdout);
}

function manifestsIn(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]));
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}
