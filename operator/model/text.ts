/** The CRD's bound on `status.evaluations` and `status.requirements`. */
export const LIST_LIMIT = 32;

/** The CRD's bound on `status.notifications`. */
export const CHANNEL_LIMIT = 64;

/** The CRD's bounds on text in status, in characters. */
export const MESSAGE_LIMIT = 1024;

/** Cuts text to what the CRD takes and shows that it was cut. Never splits a surrogate pair. */
export function bounded(text: string, limit: number = MESSAGE_LIMIT): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
