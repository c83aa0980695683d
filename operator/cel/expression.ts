import { compile } from './compile.ts';
import { CostExceeded, type Meter } from './cost.ts';
import { parse } from './environment.ts';
import { CelError, type Result } from './errors.ts';
import { type Finding, findingFrom } from './finding.ts';
import type { Pattern } from './pattern.ts';
import type { Program } from './program.ts';
import { inspect } from './refusals/index.ts';
import { unlikeItems } from './refusals/literal-types.ts';
import type { Node } from './syntax.ts';
import type { Value } from './values.ts';

export { VARIABLES } from './environment.ts';

/** What a rule's condition or message must give. */
export type ResultType = 'bool' | 'string';

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** A checked expression. */
export interface Expression {
  readonly source: string;
  /** Compiled with it and held by it. */
  readonly patterns: readonly Pattern[];
  /** Never throws. What is beyond a limit of the meter, or of its whole, is an error that names the limit. */
  evaluate(variables: ReadonlyMap<string, Value>, meter: Meter): Result;
}

/** Parses and checks one expression. Never throws; every problem has its place in the source. */
export function compileExpression(source: string, wanted: ResultType): Compiled {
  try {
    const { root, check } = parse(source);
    const { findings, patterns } = inspect(root);
    if (findings.length > 0) return { ok: false, findings };
    const type = check();
    const unlike = unlikeItems(root);
    if (unlike.length > 0) return { ok: false, findings: unlike };
    if (type.name !== wanted && type.kind !== 'dyn')
      return { ok: false, findings: [wrongType(root, wanted, type.name)] };
    return { ok: true, expression: expressionOf(source, compile(root), patterns) };
  } catch (error) {
    return { ok: false, findings: [findingFrom(error, source)] };
  }
}

function wrongType({ start, end }: Node, wanted: ResultType, type: string): Finding {
  return { code: 'wrong_result_type', message: `must be of type ${wanted}, is ${type}`, start, end };
}

function expressionOf(source: string, program: Program, patterns: readonly Pattern[]): Expression {
  return {
    source,
    patterns,
    evaluate: (variables, meter) => {
      try {
        return program({ variables, locals: [], meter });
      } catch (error) {
        return failureFrom(error);
      }
    },
  };
}

/** The only place where a spent budget ends. A stack that overflows is a depth that no limit foresaw: an error too. */
function failureFrom(error: unknown): CelError {
  if (error instanceof CostExceeded) {
    const { what, limit } = error.meter;
    return new CelError(
      'cost_limit',
      `costs more than the ${limit.toLocaleString('en-US')} units that ${what} may cost`,
    );
  }
  if (error instanceof RangeError) return new CelError('too_deep', 'is nested too deeply to be evaluated');
  throw error;
}
