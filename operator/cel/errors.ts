import type { Value } from './values.ts';

/** Where in the source, by offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * An evaluation that has no answer: a value of its own kind, so that `&&`, `||`, `exists` and `all` can absorb it.
 * The message never quotes what the agent sent: it ends up in the status and in Slack.
 */
export class CelError {
  /** E.g. `no_such_key`. */
  readonly code: string;
  readonly message: string;
  /** Added by the evaluator: the innermost expression that failed. */
  readonly place: Place | undefined;

  constructor(code: string, message: string, place?: Place) {
    this.code = code;
    this.message = message;
    this.place = place;
  }

  at(place: Place): CelError {
    return this.place === undefined ? new CelError(this.code, this.message, place) : this;
  }
}

export type Result = Value | CelError;

export function isError(result: Result): result is CelError {
  return result instanceof CelError;
}
