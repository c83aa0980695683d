import { CALLABLE, isCallable } from '../evaluation/calls.ts';
import { meaningOf } from '../functions.ts';
import { callOf, identifier, textOf } from '../syntax.ts';
import { nearest } from './nearest.ts';
import type { Check, Refusal } from './refusal.ts';

/** Calls of what does not exist, and macros that are given what they do not take. */
export const CALLS: readonly Check[] = [
  ({ node }) => {
    const call = callOf(node);
    if (call === undefined) return undefined;
    const { key, isMethod } = meaningOf(call, isCallable);
    if (isCallable(key)) return undefined;
    const namespace = identifier(call.receiver);
    if (namespace !== undefined && NAMESPACES.has(namespace))
      return unknown(`${namespace}.${call.name}`, false, call.args.length);
    return unknown(call.name, isMethod, call.args.length);
  },
  ({ node }) => {
    const call = callOf(node);
    const field = call?.args[0];
    if (call?.name !== 'has' || field === undefined || field.op === '.') return undefined;
    const name = identifier(field);
    const example = name === undefined ? 'has(context.amount)' : `has(context.${name})`;
    return { code: 'has_argument', message: `has() takes a field, e.g. ${example}, not ${textOf(field)}` };
  },
];

interface Known {
  readonly name: string;
  readonly isMethod: boolean;
  readonly params: number;
}

const KNOWN: readonly Known[] = CALLABLE.map((key) => {
  const [, point, name = '', params] = /^(\.?)(.*)\/(\d+)$/.exec(key) ?? [];
  return { name, isMethod: point === '.', params: Number(params) };
});

const NAMESPACES: ReadonlySet<string> = new Set(
  KNOWN.flatMap(({ name }) => (name.includes('.') ? [name.split('.')[0] ?? ''] : [])),
);

/** What other languages call what CEL has. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map<string, string>([
  ['count', 'size'],
  ['len', 'size'],
  ['length', 'size'],
  ['lower', 'lowerAscii'],
  ['test', 'matches'],
  ['toLowerCase', 'lowerAscii'],
  ['toUpperCase', 'upperAscii'],
  ['upper', 'upperAscii'],
]);

function unknown(name: string, isMethod: boolean, params: number): Refusal {
  return {
    code: 'unknown_function',
    message: `there is no ${shown(name, isMethod)}${cure(name, isMethod, params)}`,
  };
}

function shown(name: string, isMethod: boolean): string {
  return isMethod ? `method ${name}()` : `function ${name}()`;
}

function cure(name: string, isMethod: boolean, params: number): string {
  const same = KNOWN.filter((known) => known.name === name);
  const counts = same.filter((known) => known.isMethod === isMethod).map((known) => known.params);
  if (counts.length > 0)
    return ` with ${params} arguments: it takes ${[...new Set(counts)].sort().join(' or ')}`;
  if (same.length > 0) return isMethod ? `: write ${name}(x)` : `: it is a method, write x.${name}(…)`;
  const names = new Set(KNOWN.filter((known) => known.isMethod === isMethod).map((known) => known.name));
  const close = ELSEWHERE.get(name) ?? nearest(name, [...names]);
  return close === undefined ? '' : `: do you mean ${close}()?`;
}
