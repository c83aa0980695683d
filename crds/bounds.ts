/** Something that is out of bounds, and where: `spec.context.items[3].price`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** UTF-8 bytes of the context as JSON. */
export const CONTEXT_BYTES = 64 * 1024;
export const CONTEXT_DEPTH = 32;
export const LIST_ITEMS = 1000;
/** Beyond it JSON numbers are rounded on their way: by JavaScript, and by the API server itself. */
export const NUMBER_LIMIT = 2 ** 53;

/** After so many problems the rest is not worth listing. */
const PROBLEMS_LIMIT = 10;
const PATH_LIMIT = 256;

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/**
 * What of a checkpoint's context is out of bounds; empty when nothing is. Iterative, because a context may be deeper
 * than the stack, and it stops counting bytes and looking at places once the size is exceeded.
 */
export function contextProblems(context: unknown): FieldProblem[] {
  if (context === undefined) return [];
  const problems: FieldProblem[] = [];
  const places: Place[] = [{ value: context, path: 'spec.context', depth: 1 }];
  let bytes = 0;
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    bytes += bytesOf(place.value);
    if (bytes > CONTEXT_BYTES) {
      problems.push({ path: 'spec.context', message: `must be at most ${CONTEXT_BYTES} bytes as JSON` });
      break;
    }
    const problem = problemOf(place);
    if (problem === undefined) pushChildren(places, place);
    else problems.push({ path: shortened(place.path), message: problem });
    if (problems.length === PROBLEMS_LIMIT) break;
  }
  return problems;
}

function problemOf({ value, depth }: Place): string | undefined {
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
function pushChildren(places: Place[], { value, path, depth }: Place): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let i = value.length - 1; i >= 0; i -= 1) {
      places.push({ value: value[i], path: `${path}[${i}]`, depth: depth + 1 });
    }
    return;
  }
  for (const [key, child] of Object.entries(value).reverse()) {
    places.push({ value: child, path: childPath(path, key), depth: depth + 1 });
  }
}

/** Paths only grow to what is shown, so that a deep context cannot make them expensive. */
function childPath(path: string, key: string): string {
  if (path.length > PATH_LIMIT) return path;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function shortened(path: string): string {
  return path.length > PATH_LIMIT ? `${path.slice(0, PATH_LIMIT)}…` : path;
}
