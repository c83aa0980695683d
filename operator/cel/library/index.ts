import type { Library } from '../signatures.ts';
import type { Opaque } from '../values.ts';
import { CIDRS, Cidr } from './cidr.ts';
import { ENCODERS } from './encoders.ts';
import { FORMAT } from './format.ts';
import { IPS, Ip } from './ip.ts';
import { LISTS } from './lists.ts';
import { MATH } from './math.ts';
import { MONEY } from './money.ts';
import { NAMED_FORMATS, NamedFormat } from './named-formats.ts';
import { QUANTITIES, QuantityValue } from './quantity.ts';
import { REGEX } from './regex.ts';
import { SEMVERS, Semver } from './semver.ts';
import { SETS } from './sets.ts';
import { STRINGS } from './strings.ts';
import { URLS, UrlValue } from './url.ts';

/**
 * Every function beyond the language's own. Those are in `../standard/`: `size`, conversions with `timestamp(int)` and
 * `int(timestamp)`, `matches`, `contains`, `startsWith`, `endsWith`, the parts of times and durations, `optional.of`,
 * `orValue` and their like. What binds a variable is a macro: `all`, `exists`, `map`, `sortBy`, `optMap`, `cel.bind`,
 * with one variable or two.
 */
export const LIBRARY: Library = {
  ...LISTS,
  ...STRINGS,
  ...FORMAT,
  ...REGEX,
  ...SETS,
  ...MATH,
  ...MONEY,
  ...ENCODERS,
  ...IPS,
  ...CIDRS,
  ...URLS,
  ...QUANTITIES,
  ...SEMVERS,
  ...NAMED_FORMATS,
};

/** The types that only their own functions look into, by the names that signatures use. */
export const OPAQUE_TYPES: Readonly<Record<string, abstract new (...args: never[]) => Opaque>> = {
  'net.IP': Ip,
  'net.CIDR': Cidr,
  'kubernetes.URL': UrlValue,
  'kubernetes.Quantity': QuantityValue,
  'kubernetes.Semver': Semver,
  'kubernetes.NamedFormat': NamedFormat,
};
