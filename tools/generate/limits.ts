import { isDeepStrictEqual } from 'node:util';
import type { Crd, Schema } from './crds.ts';

/** What bounds a value, or stands where there is none. */
const KEYWORDS = [
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const;

type Bound = string | number | boolean;

export interface Limits {
  readonly [key: string]: Bound | Limits;
}

const HEADER = `// Made from the CRDs beside this file; do not edit. To change it: make generate

/**
 * The bounds, patterns and defaults of the schema, each at the path of its field; \`items\` is what a list holds, and
 * \`additionalProperties\` what a map does. Lengths are in characters, which are Unicode code points.
 * A kind that is made of another has here what it has beyond that.
 */
export const SCHEMA = `;

/** The limits of all kinds as a module of TypeScript. */
export function limitsModule(crds: readonly Crd[]): string {
  return `${HEADER}${written(limitsOf(crds), '')} as const;\n`;
}

/** By kind; of one that is made of another, what it has beyond that. */
export function limitsOf(crds: readonly Crd[]): Limits {
  const limits = new Map(crds.map(({ file, kind, schema }) => [file, ofSchema(schema, kind) ?? {}]));
  return Object.fromEntries(
    crds.map(({ file, kind, base }) => [kind, beyond(limits.get(file) ?? {}, limits.get(base ?? '') ?? {})]),
  );
}

function beyond(limits: Limits, base: Limits): Limits {
  const more = Object.entries(limits).filter(([key, value]) => !isDeepStrictEqual(value, base[key]));
  return Object.fromEntries(
    more.map(([key, value]) => {
      const known = base[key];
      const isPart = typeof value === 'object' && typeof known === 'object';
      return [key, isPart ? beyond(value, known) : value];
    }),
  );
}

/** Undefined where neither the value nor anything in it has a limit. */
function ofSchema(schema: Schema, path: string): Limits | undefined {
  const own = KEYWORDS.map((keyword) => [keyword, (schema as Record<string, unknown>)[keyword]] as const);
  const inner = Object.entries({ ...schema.properties, ...contained(schema) }).map(
    ([key, child]) => [key, ofSchema(child, `${path}.${key}`)] as const,
  );
  const ambiguous = Object.keys(schema.properties ?? {}).find((key) => RESERVED.has(key));
  if (ambiguous !== undefined) throw new Error(`${path}.${ambiguous}: a field that is called as a keyword`);
  const limits = [...own.filter(([, value]) => isBound(value)), ...inner.filter(([, value]) => value)];
  return limits.length === 0 ? undefined : (Object.fromEntries(limits) as Limits);
}

const RESERVED: ReadonlySet<string> = new Set([...KEYWORDS, 'items', 'additionalProperties']);

function contained({ items, additionalProperties }: Schema): Record<string, Schema> {
  return {
    ...(items ? { items } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties } : {}),
  };
}

/** Whether a keyword's value is worth a constant: the default of an object is the API server's own business. */
function isBound(value: unknown): value is Bound {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** The limits of one value on a line, so that a change of one is a change of one line. */
function written(value: Bound | Limits, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  if (entries.every(([, each]) => typeof each !== 'object')) {
    return `{ ${entries.map(([key, each]) => `${key}: ${written(each, '')}`).join(', ')} }`;
  }
  const inner = `${indent}  `;
  const lines = entries.map(([key, each]) => `${inner}${key}: ${written(each, inner)},\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
