import { command } from '../../tools/cluster/cluster.ts';
import { ownProgram } from '../../tools/cluster/own-programs.ts';

interface PromQL {
  readonly expr: string;
  /** As promtool's unit tests have them, a value a minute: `metric{label="x"} 0+1x60`. */
  readonly series: readonly string[];
  /** Minutes after the first value. */
  readonly at: number;
}

interface Evaluated {
  readonly selectors: readonly Readonly<Record<string, string>>[];
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** What Prometheus makes of an expression. @throws Error with its own words where it is none */
export const prometheus = (promql: PromQL): Promise<Evaluated> => asked({ promql });

/** What Argo CD makes of a health script. @throws Error where it fails, or gives no health of Argo CD */
export const argoHealth = (script: string, object: object): Promise<{ status: string; message: string }> =>
  asked({ lua: { script, object } });

/** What Flux makes of one health expression. @throws Error where it fails, as on a field that is not there */
export const fluxHolds = (expression: string, object: object): Promise<boolean> =>
  asked({ cel: { expression, object } }).then((result) => result === true);

async function asked<T>(question: object): Promise<T> {
  const program = await ownProgram('chart-oracle');
  const { code, stdout, stderr } = await command(program, [], `${JSON.stringify(question)}\n`);
  if (code !== 0) throw new Error(stderr);
  const { result, error } = JSON.parse(stdout) as { result?: T; error?: string };
  if (error !== undefined) throw new Error(error);
  return result as T;
}
