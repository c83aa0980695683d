import type { Checkpoint } from '../../crds/types.ts';

/** The CRD's default; stands here too because an object from before the default has none. */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** RFC 3339 in whole seconds, as the API server writes its own times. */
export function rfc3339(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** `creationTimestamp + timeoutSeconds`; the API server's own clock stamped the former. */
export function deadlineOf({ metadata, spec }: Checkpoint): Date {
  const created = Date.parse(metadata.creationTimestamp ?? '');
  return new Date(created + (spec.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000);
}
