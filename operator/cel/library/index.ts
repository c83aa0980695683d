import type { Library } from '../library.ts';
import type { Opaque } from '../values.ts';
import { STRINGS } from './strings.ts';

/** Every function beyond the operators, macros and conversions of the language. */
export const LIBRARY: Library = { ...STRINGS };

/** The types that only their own functions look into, by the names that signatures use. */
export const OPAQUE_TYPES: Readonly<Record<string, abstract new (...args: never[]) => Opaque>> = {};
