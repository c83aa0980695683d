/** The first so many characters of a text, or one fewer: a surrogate pair is not split. */
export function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/u, '');
}

/** Cuts text to so many characters and shows that it was cut. */
export function bounded(text: string, limit: number): string {
  return text.length <= limit ? text : `${startOf(text, limit - 1)}…`;
}
