import type { FieldProblem } from './field-problem.ts';
import { quoted } from './quoted.ts';

/** UTF-8 bytes of the context as JSON. */
export const CONTEXT_BYTES = 64 * 1024;
export const CONTEXT_DEPTH = 32;
export const LIST_ITEMS = 1000;
/** Beyond it JSON numbers are rounded on their way: by JavaScript, and by the API server itself. */
const NUMBER_LIMIT = 2 ** 53;

/** After so many problems the rest is not worth listing. */
const PROBLEMS_LIMIT = 10;
/** Characters of a key, and of a whole path, that a problem shows. */
const KEY_LIMIT = 64;
const PATH_LIMIT = 256;

interface JsonPlace {
  readonly value: unknown;
  readonly depth: number;
  /** Absent for the context itself. */
  readonly parent?: JsonPlace;
  /** Under what the parent has it. */
  readonly key?: string | number;
}

/**
 * What of a checkpoint's context is out of bounds; empty when nothing is. Iterative, because a context may be deeper
 * than the stack, and it stops looking at places once the size is exceeded.
 */
export function contextProblems(context: unknown): FieldProblem[] {
  if (context === undefined) return [];
  const problems: FieldProblem[] = [];
  const places: JsonPlace[] = [{ value: context, depth: 1 }];
  let bytes = 0;
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    bytes += bytesOf(place.value);
    if (bytes > CONTEXT_BYTES) {
      problems.push({ path: 'spec.context', message: tooLarge(jsonBytes(context)) });
      break;
    }
    const problem = problemOf(place);
    if (problem === undefined) pushChildren(places, place);
    else problems.push({ path: pathOf(place), message: problem });
    if (problems.length === PROBLEMS_LIMIT) break;
  }
  return problems;
}

function tooLarge(bytes: number): string {
  return `must be at most ${CONTEXT_BYTES} bytes as JSON, has ${bytes}`;
}

function problemOf({ value, depth }: JsonPlace): string | undefined {
  if (typeof value === 'number') return problemOfNumber(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > CONTEXT_DEPTH) return `must be at most ${CONTEXT_DEPTH} levels deep`;
  if (Array.isArray(value) && value.length > LIST_ITEMS) {
    return `must have at most ${LIST_ITEMS} items, has ${value.length}`;
  }
  return undefined;
}

function problemOfNumber(value: number): string | undefined {
  if (Math.abs(value) < NUMBER_LIMIT) return undefined;
  return 'must be below 2^53 in absolute value; send an exact decimal as a string';
}

/** UTF-8 bytes of a value that came as JSON, written without blanks. Iterative, as it may be deeper than the stack. */
export function jsonBytes(value: unknown): number {
  const values = [value];
  let bytes = 0;
  while (values.length > 0) {
    const next = values.pop();
    bytes += bytesOf(next);
    if (typeof next !== 'object' || next === null) continue;
    for (const inner of Array.isArray(next) ? next : Object.values(next)) values.push(inner);
  }
  return bytes;
}

/** The bytes of the value itself; what it contains is counted when its turn comes. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value));
  if (Array.isArray(value)) return 2 + Math.max(0, value.length - 1);
  if (typeof value !== 'object' || value === null) return String(value).length;
  const keys = Object.keys(value);
  const names = keys.reduce((sum, key) => sum + Buffer.byteLength(JSON.stringify(key)) + 1, 0);
  return 2 + names + Math.max(0, keys.length - 1);
}

/** Pushed backwards, so that problems come in the order of the document. */
function pushChildren(places: JsonPlace[], parent: JsonPlace): void {
  const { value } = parent;
  if (typeof value !== 'object' || value === null) return;
  const depth = parent.depth + 1;
  const children: [string | number, unknown][] = Array.isArray(value)
    ? value.map((child, index) => [index, child])
    : Object.entries(value);
  for (const [key, child] of children.reverse()) places.push({ value: child, depth, parent, key });
}

/** Made for problems alone. No longer than the depth allows, because nothing deeper is looked at. */
function pathOf(place: JsonPlace): string {
  const keys: string[] = [];
  for (let at: JsonPlace | undefined = place; at?.key !== undefined; at = at.parent)
    keys.unshift(shown(at.key));
  const path = `spec.context${keys.join('')}`;
  if (path.length <= PATH_LIMIT) return path;
  const half = PATH_LIMIT / 2;
  return `${path.slice(0, half)}…${path.slice(-half)}`.toWellFormed();
}

function shown(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  if (key.length > KEY_LIMIT) return `[${quoted(key.slice(0, KEY_LIMIT))}…]`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${quoted(key)}]`;
}
