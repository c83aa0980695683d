import { isCallable } from '../evaluation/calls.ts';
import type { Finding } from '../finding.ts';
import { meaningOf } from '../functions.ts';
import type { ResultType } from '../result-type.ts';
import { callOf, identifier, type Node, walk } from '../syntax.ts';
import { UINT_MAX } from '../values.ts';

/** What CEL itself calls so: a rule that names it means a context key more often. */
const NAMES_OF_CEL: ReadonlySet<string> = new Set([
  ...[
    'bool',
    'bytes',
    'cel',
    'double',
    'google',
    'int',
    'list',
    'map',
    'null_type',
    'optional',
    'string',
    'type',
    'uint',
  ],
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['is', '=='],
  ['equals', '=='],
]);

/** How the package names what it expects or meets. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ['COLON', '`:`'],
  ['COMMA', '`,`'],
  ['DOT', '`.`'],
  ['EOF', 'the end'],
  ['IDENTIFIER', 'a name'],
  ['LBRACE', '`{`'],
  ['LBRACKET', '`[`'],
  ['LPAREN', '`(`'],
  ['NUMBER', 'a number'],
  ['QUESTION', '`?`'],
  ['RBRACE', '`}`'],
  ['RBRACKET', '`]`'],
  ['RPAREN', '`)`'],
  ['STRING', 'a text'],
]);

/** How the package names its limits. */
const LIMIT_TEXTS: ReadonlyMap<string, string> = new Map([
  ['maxAstNodes', 'an expression has at most so many parts'],
  ['maxDepth', 'an expression is nested at most so deep'],
  ['maxListElements', 'a list that is written out has at most so many items'],
  ['maxMapEntries', 'a map that is written out has at most so many entries'],
  ['maxCallArguments', 'a call has at most so many arguments'],
]);

type Hint = (finding: Finding, source: string, wanted: ResultType) => string | undefined;

/** What an author most often means who writes what cannot be read; the first that fits. */
const HINTS: readonly Hint[] = [
  ({ code, start, end }, source) =>
    code === 'reserved_identifier' ? contextKey(source.slice(start, end)) : undefined,
  (_, source, wanted) =>
    wanted === 'string' && !/["']/.test(source)
      ? 'a message is an expression: put its words in quotes, e.g. "Refund of " + string(amount)'
      : undefined,
  ({ start }, source) => {
    const word = [wordAt(source, start), wordBefore(source, start)].find((each) =>
      WORDS.has(each.toLowerCase()),
    );
    return word === undefined ? undefined : `CEL writes ${WORDS.get(word.toLowerCase())} for ${word}`;
  },
  ({ start }, source) => (/^=(?!=)/.test(source.slice(start)) ? 'CEL compares with ==' : undefined),
  ({ start }, source) => (/^[&|](?![&|])/.test(source.slice(start)) ? 'CEL writes && and ||' : undefined),
  ({ start }, source) =>
    /^\.\d/.test(source.slice(start)) ? 'write a digit before the point: 0.5' : undefined,
  ({ start }, source) =>
    /[[{,]\s*$/.test(source.slice(0, start)) && source[start] === '?'
      ? 'an optional item cannot be written here: give it by orValue'
      : undefined,
  ({ start }, source) => (source[start] === '`' ? 'a name in back quotes stands after a point' : undefined),
];

/** Adds what is meant to a problem of reading. */
export function withHint(finding: Finding, source: string, wanted: ResultType): Finding {
  const message = plainMessage(finding, source);
  const hint = HINTS.map((each) => each(finding, source, wanted)).find((each) => each !== undefined);
  return { ...finding, message: hint === undefined ? message : `${message} (${hint})` };
}

function plainMessage({ code, message, start, end }: Finding, source: string): string {
  const written = source.slice(start, end);
  if (code === 'unexpected_character') return `unexpected ${written}`;
  if (code === 'invalid_macro_argument')
    return 'the name of a variable stands here, e.g. items.all(x, x.price < 5)';
  if (code === 'invalid_number') return 'a double is at most 1.8e308';
  if (code.endsWith('integer')) return `no number: ${written} (a uint is at most ${UINT_MAX})`;
  const [, limit = '', most] = /^Exceeded (\w+) \((\d+)\)$/.exec(message) ?? [];
  const limited = LIMIT_TEXTS.get(limit);
  if (limited !== undefined) return limited.replace('so many', `${most}`).replace('so deep', `${most} deep`);
  const named = message.replaceAll(/\b[A-Z]{3,}\b/g, (token) => TOKENS.get(token) ?? token);
  return named.charAt(0).toLowerCase() + named.slice(1);
}

/** Adds to a problem of types how a context key is reached whose name CEL keeps for itself, or how a time is written. */
export function withTypeHint(finding: Finding, root: Node): Finding {
  const nodes = Array.from(walk(root), ({ node }) => node);
  const namespaces = new Set(nodes.flatMap((node) => namespaceOf(node) ?? []));
  const names = nodes.filter((node) => !namespaces.has(node)).map(identifier);
  const name = names.find((each) => each !== undefined && NAMES_OF_CEL.has(each));
  const message = finding.message
    .replaceAll('google.protobuf.', '')
    .replaceAll('Timestamp', 'timestamp')
    .replaceAll('Duration', 'duration');
  const hint = name === undefined ? timeHint(message) : contextKey(name);
  return { ...finding, message: hint === undefined ? message : `${message} (${hint})` };
}

/** `math` of `math.greatest(…)`. */
function namespaceOf(node: Node): Node | undefined {
  const call = callOf(node);
  if (call?.receiver === undefined) return undefined;
  return meaningOf(call, isCallable).isMethod ? undefined : call.receiver;
}

function contextKey(name: string): string {
  return `${name} is CEL's own name: write context["${name}"] for the context key`;
}

function timeHint(message: string): string | undefined {
  if (!message.startsWith('no such overload') || !message.includes('string')) return undefined;
  if (message.includes('timestamp')) return 'write timestamp("2026-11-02T10:00:00Z") for a time';
  return message.includes('duration') ? 'write duration("1h30m") for a duration' : undefined;
}

function wordAt(source: string, start: number): string {
  return /^\w*/.exec(source.slice(start))?.[0] ?? '';
}

function wordBefore(source: string, start: number): string {
  return /(\w*)\s*$/.exec(source.slice(0, start))?.[1] ?? '';
}
