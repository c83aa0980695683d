import type { Library } from '../signatures.ts';
import { CONVERSIONS } from './conversions.ts';
import { OPTIONALS } from './optionals.ts';
import { PATTERNS } from './patterns.ts';
import { TEXTS } from './texts.ts';
import { TIME } from './time.ts';

/** The functions of the language itself. */
export const STANDARD: Library = { ...CONVERSIONS, ...OPTIONALS, ...PATTERNS, ...TEXTS, ...TIME };
