import type { CelError } from './errors.ts';

/** Something wrong with an expression, by offsets into its source. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A problem as authors read it. */
export interface Problem {
  /** `spec.condition`, `spec.message`, or the path of what is no expression. */
  readonly field: string;
  /** In an expression, from 1. */
  readonly line?: number;
  /** In an expression, from 1. */
  readonly column?: number;
  readonly code: string;
  /** The cause, then the line of the source with a caret under the place. */
  readonly message: string;
}

/** How much of a long line is shown on either side of the place. */
const EXCERPT = 60;

/** Why an evaluation gave nothing, with the place in the rule. */
export function failureText({ message, place }: CelError, source: string): string {
  if (place === undefined) return message;
  const { line, column } = placeIn(source, place.start);
  return `${line}:${column}: ${message}`;
}

/** What the package threw, or a stack overflow, as a finding. */
export function findingFrom(error: unknown, source: string): Finding {
  const { code, summary, range } = error as {
    code?: unknown;
    summary?: unknown;
    range?: { start?: unknown; end?: unknown };
  };
  const start = typeof range?.start === 'number' ? range.start : 0;
  const end = typeof range?.end === 'number' ? range.end : start;
  if (typeof code === 'string' && typeof summary === 'string') return { code, message: summary, start, end };
  const message = error instanceof RangeError ? 'is nested too deeply' : 'cannot be compiled';
  return { code: 'too_complex', message, start: 0, end: source.length };
}

export function problemFrom({ code, message, start }: Finding, field: string, source: string): Problem {
  const { line, column, text, offset } = placeIn(source, start);
  const caret = `${' '.repeat(offset)}^`;
  // The place may be in the middle of a surrogate pair. Half a pair is no text that JSON can carry.
  return { field, line, column, code, message: `${message}\n  ${text}\n  ${caret}`.toWellFormed() };
}

/** `spec.condition:1:5: cause`, and without a place `spec.approval.users[1]: cause`. */
export function problemText({ field, line, column, message }: Problem): string {
  return [field, line, column]
    .filter((part) => part !== undefined)
    .join(':')
    .concat(': ', message);
}

/** Line and column from 1, and what is shown of the line. Tabs become spaces and long lines are cut. */
function placeIn(source: string, start: number) {
  const before = source.slice(0, start);
  const line = before.split('\n').length;
  const column = start - (before.lastIndexOf('\n') + 1);
  const whole = source.split('\n')[line - 1] ?? '';
  const from = Math.max(0, column - EXCERPT);
  const text = whole.slice(from, column + EXCERPT).replaceAll(/\s/g, ' ');
  return { line, column: column + 1, text, offset: column - from };
}
