import { SCHEMA } from '../../crds/limits.ts';
import type { Checkpoint } from '../../crds/types.ts';

/** No approval rests on what was confirmed longer ago than this. */
export const FRESH_MS = 1_000;

/** RFC 3339 in whole seconds, as the API server writes its own times. */
export function rfc3339(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** `creationTimestamp + timeoutSeconds`; the API server's own clock stamped the former. */
export function deadlineOf({ metadata, spec }: Checkpoint): Date {
  const created = Date.parse(metadata.creationTimestamp ?? '');
  // An object that was stored before the schema had its default may have none.
  const seconds = spec.timeoutSeconds ?? SCHEMA.Checkpoint.spec.timeoutSeconds.default;
  return new Date(created + seconds * 1000);
}
