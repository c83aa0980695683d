import type { Finding } from './finding.ts';
import { type Node, walk } from './syntax.ts';

/** What CEL itself calls so: a rule that names it means a context key more often. */
const NAMES_OF_CEL: ReadonlySet<unknown> = new Set([
  'bool',
  'bytes',
  'double',
  'google',
  'int',
  'list',
  'null_type',
  'optional',
  'string',
  'type',
  'uint',
]);

/** Adds how a context key is reached whose name CEL keeps for itself. `ast` is undefined where it does not parse. */
export function withHint(finding: Finding, source: string, ast?: Node): Finding {
  const name =
    finding.code === 'reserved_identifier' ? source.slice(finding.start, finding.end) : nameOfCel(ast);
  if (name === undefined) return finding;
  const hint = `${name} is CEL's own name: write context["${name}"] for the context key`;
  return { ...finding, message: `${finding.message} (${hint})` };
}

function nameOfCel(ast: Node | undefined): string | undefined {
  if (ast === undefined) return undefined;
  const found = [...walk(ast)].find(({ node }) => node.op === 'id' && NAMES_OF_CEL.has(node.args));
  return found === undefined ? undefined : String(found.node.args);
}
