/** What was read of a text, or why Go reads nothing of it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** Thrown where Go would return an error. The message does not quote the text. */
export class MalformedText extends Error {}

/** What `parse` gives. Throws what it throws, but for `MalformedText`. */
export function parsing<T>(parse: () => T): Parsed<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof MalformedText) return { ok: false, message: error.message };
    throw error;
  }
}
