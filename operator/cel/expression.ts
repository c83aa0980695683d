import { CostExceeded, type Meter } from './cost.ts';
import { parse } from './environment.ts';
import { CelError, type Result } from './errors.ts';
import { compile } from './evaluation/compile.ts';
import type { Program } from './evaluation/program.ts';
import { type Finding, findingFrom } from './finding.ts';
import type { Pattern } from './pattern.ts';
import { withHint, withTypeHint } from './refusals/hints.ts';
import { refusalsOf, typedRefusalsOf } from './refusals/index.ts';
import type { ResultType } from './result-type.ts';
import type { Node } from './syntax.ts';
import type { Value } from './values.ts';

export { VARIABLES } from './environment.ts';
export type { ResultType } from './result-type.ts';

type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** A checked expression. */
export interface Expression {
  readonly source: string;
  /** Compiled with it and held by it. */
  readonly patterns: readonly Pattern[];
  /**
   * Never throws. Beyond a limit of the meter, or of the meter that it is part of, it gives an error that names the
   * limit.
   */
  evaluate(variables: ReadonlyMap<string, Value>, meter: Meter): Result;
}

/** Parses and checks one expression. Never throws; every problem has its place in the source. */
export function compileExpression(source: string, wanted: ResultType): Compiled {
  try {
    const read = attempt(() => parse(source));
    if (!read.ok) return refused(withHint(findingFrom(read.error, source), source, wanted));
    const { root, check } = read.value;
    const { findings, patterns } = refusalsOf(root);
    if (findings.length > 0) return refused(...findings);
    const checked = attempt(check);
    if (!checked.ok) return refused(withTypeHint(findingFrom(checked.error, source), root));
    const { name, kind } = checked.value;
    if (wanted !== 'dyn' && name !== wanted && kind !== 'dyn') return refused(wrongType(root, wanted, name));
    const typed = typedRefusalsOf(root, wanted);
    if (typed.length > 0) return refused(...typed);
    return { ok: true, expression: expressionOf(source, compile(root), patterns) };
  } catch (error) {
    return refused(findingFrom(error, source));
  }
}

function refused(...findings: readonly Finding[]): Compiled {
  return { ok: false, findings };
}

function attempt<T>(run: () => T): { ok: true; value: T } | { ok: false; error: unknown } {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return { ok: false, error };
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

/**
 * The only place that catches a spent budget. A bug of ours becomes an error of this rule, so that it stops no other
 * rule.
 */
function failureFrom(error: unknown): CelError {
  if (error instanceof CostExceeded) {
    const { what, limit } = error.meter;
    return new CelError(
      'cost_limit',
      `costs more than the ${limit.toLocaleString('en-US')} units that ${what} may cost`,
    );
  }
  const name = error instanceof Error ? error.name : typeof error;
  return new CelError(
    'internal',
    `failed inside of the operator (${name}): this is a fault of it, not of the rule`,
  );
}
