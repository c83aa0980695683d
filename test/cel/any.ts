import { compile } from '../../operator/cel/compile.ts';
import { Meter } from '../../operator/cel/cost.ts';
import { parse } from '../../operator/cel/environment.ts';
import { CelError, isError, type Result } from '../../operator/cel/errors.ts';
import type { Program } from '../../operator/cel/program.ts';
import { refusalsOf } from '../../operator/cel/refusals/index.ts';
import type { Value } from '../../operator/cel/values.ts';
import type { Given } from './differential.ts';
import { viewOf } from './view.ts';

/** As a rule's expression is compiled and evaluated, but that it may be constant and give any type. */
export function evaluateAny(source: string, variables: ReadonlyMap<string, Value>): Given {
  let program: Program;
  try {
    const { root, check } = parse(source);
    const [refused] = refusalsOf(root).findings;
    if (refused) return { error: refused.message };
    check();
    program = compile(root);
  } catch (error) {
    return { error: String(error) };
  }
  const result = evaluated(program, variables);
  return isError(result) ? { error: result.message } : { value: viewOf(result) };
}

function evaluated(program: Program, variables: ReadonlyMap<string, Value>): Result {
  try {
    return program({ variables, locals: [], meter: new Meter('a test', 1e6) });
  } catch (error) {
    return new CelError('thrown', String(error));
  }
}
