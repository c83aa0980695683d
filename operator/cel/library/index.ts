import type { Library } from '../library.ts';
import type { Opaque } from '../values.ts';
import { STRINGS } from './strings.ts';

/**
 * Every function beyond the language's own. Those are in `../standard/`: `size`, conversions with `timestamp(int)` and
 * `int(timestamp)`, `matches`, `contains`, `startsWith`, `endsWith`, the parts of times and durations, `optional.of`,
 * `orValue` and their like. What binds a variable is a macro: `all`, `exists`, `map`, `sortBy`, `optMap`, `cel.bind`,
 * with one variable or two.
 */
export const LIBRARY: Library = { ...STRINGS };

/** The types that only their own functions look into, by the names that signatures use. */
export const OPAQUE_TYPES: Readonly<Record<string, abstract new (...args: never[]) => Opaque>> = {};
