import { jsonBytes } from './context-bounds.ts';
import type { FieldProblem } from './field-problem.ts';

/**
 * Labels of one object, and annotations. Kubernetes bounds keys and values, so labels are 24 KiB at most; of annotations the
 * API server itself takes 256 KiB. Helm, Argo CD, Flux and kubectl together write about a dozen of each.
 */
const ENTRIES = 64;
/**
 * Bytes of `metadata.managedFields` as JSON, which every client may write too. The keys of the largest context are 140 KiB
 * of it for each who applies them.
 */
const MANAGED_FIELDS_BYTES = 512 * 1024;

interface Bound {
  readonly field: string;
  readonly limit: number;
  readonly unit: string;
  measure(value: unknown): number;
}

const BOUNDS: readonly Bound[] = [
  { field: 'labels', limit: ENTRIES, unit: 'entries', measure: entries },
  { field: 'annotations', limit: ENTRIES, unit: 'entries', measure: entries },
  { field: 'managedFields', limit: MANAGED_FIELDS_BYTES, unit: 'bytes as JSON', measure: bytes },
];

/**
 * What of an object's metadata is out of bounds, with its size. What was stored so before may stay so, and shrink, but not
 * grow: `before` is what is stored, where something is changed.
 */
export function metadataProblems(metadata: unknown, before?: unknown): FieldProblem[] {
  return BOUNDS.flatMap(({ field, limit, unit, measure }) => {
    const size = measure(fieldOf(metadata, field));
    if (size <= limit || size <= measure(fieldOf(before, field))) return [];
    return [{ path: `metadata.${field}`, message: `has ${size} ${unit}, and may have ${limit}` }];
  });
}

function fieldOf(metadata: unknown, field: string): unknown {
  return typeof metadata === 'object' && metadata !== null
    ? (metadata as Record<string, unknown>)[field]
    : undefined;
}

function entries(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function bytes(value: unknown): number {
  return value === undefined ? 0 : jsonBytes(value);
}
