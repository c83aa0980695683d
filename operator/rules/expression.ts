import { Environment } from '@marcbachmann/cel-js';
import { type Finding, findingFrom } from './finding.ts';
import { asciiLower, asciiUpper, formatMoney, formatNumber, strictTimestamp } from './functions.ts';
import { withHint } from './hint.ts';
import { matchesPattern } from './pattern.ts';
import { engineName } from './replacements.ts';
import { durationEqualities, restrictions } from './restrictions.ts';
import { type Node, walk } from './syntax.ts';

/** What a rule's condition or message must give. */
export type ResultType = 'bool' | 'string';

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** A checked expression. `evaluate` throws whatever goes wrong; its result is not yet checked for `dyn` types. */
export interface Expression {
  readonly source: string;
  evaluate(variables: ReadonlyMap<string, unknown>): unknown;
}

/** Far above any rule that a person can read; deep or wide input would otherwise cost the parser its stack. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 8,
};

/** The facts that are not the agent's to choose. They win over context keys of the same name. */
export const VARIABLES = {
  action: 'string',
  agent: 'string',
  context: 'map',
  requester: 'map',
  namespaceName: 'string',
  namespaceLabels: 'map<string, string>',
  now: 'google.protobuf.Timestamp',
} as const;

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

const environment = createEnvironment();

/** Parses and checks one expression. Never throws; every problem has its place in the source. */
export function compileExpression(source: string, wanted: ResultType): Compiled {
  try {
    const parsed = environment.parse(source);
    const ast = parsed.ast as unknown as Node;
    const refused = restrictions(ast);
    if (refused.length > 0) return { ok: false, findings: refused };
    replaceBuiltIns(ast);
    const { valid, type, error } = parsed.check();
    if (!valid) return { ok: false, findings: [withHint(findingFrom(error, source), source, ast)] };
    const equalities = durationEqualities(ast);
    if (equalities.length > 0) return { ok: false, findings: equalities };
    if (type !== wanted && type !== 'dyn') return { ok: false, findings: [wrongType(ast, wanted, type)] };
    return {
      ok: true,
      expression: { source, evaluate: (variables) => parsed(variables as never) as unknown },
    };
  } catch (error) {
    return { ok: false, findings: [withHint(findingFrom(error, source), source)] };
  }
}

function wrongType({ start, end }: Node, wanted: ResultType, type = 'unknown'): Finding {
  return { code: 'wrong_result_type', message: `must be of type ${wanted}, is ${type}`, start, end };
}

function replaceBuiltIns(ast: Node): void {
  for (const { node } of walk(ast)) {
    if (node.op !== 'call' && node.op !== 'rcall') continue;
    const args = node.args as [string, ...unknown[]];
    args[0] = engineName(args[0]);
  }
}

/**
 * Facts about a checkpoint are variables; whatever else is named is looked for in its context, so its type is only
 * known when it is evaluated. Numbers of JSON are doubles: int and double mix in arithmetic as they do in comparisons.
 */
function createEnvironment(): Environment {
  const created = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS });
  for (const [name, type] of Object.entries(VARIABLES)) created.registerVariable(name, type);
  created.registerFunction('formatNumber(dyn): string', formatNumber);
  created.registerFunction('formatMoney(dyn, string): string', formatMoney);
  created.registerFunction('string.matchesRe2(string): bool', matchesPattern);
  created.registerFunction('strictTimestamp(string): google.protobuf.Timestamp', strictTimestamp);
  created.registerFunction('string.asciiLower(): string', asciiLower);
  created.registerFunction('string.asciiUpper(): string', asciiUpper);
  for (const [operator, compute] of Object.entries(ARITHMETIC)) {
    const mixed = (left: number | bigint, right: number | bigint): number =>
      compute(Number(left), Number(right));
    created.registerOperator(`int ${operator} double: double`, mixed);
    created.registerOperator(`double ${operator} int: double`, mixed);
  }
  return created;
}
