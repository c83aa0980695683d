import { order } from '../order.ts';
import { MalformedText, type Parsed, parsing } from './parsing.ts';

/** Versions by the rules of `github.com/blang/semver/v4`, which Kubernetes' CEL uses. Numbers are uint64. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Dot-separated identifiers after `-`; a number and a word never compare as text. */
  readonly prerelease: readonly (bigint | string)[];
}

const MAX_UINT64 = 2n ** 64n - 1n;
const WORD = /^[0-9A-Za-z-]+$/;

/** Strict semantic versioning 2.0.0: three numbers, no `v`, no leading zeroes, no blanks. */
export function parseVersion(text: string): Parsed<Version> {
  return parsing(() => strict(text));
}

/** What Kubernetes' `semver(text, true)` also takes: a `v` before it, leading zeroes, one or two numbers. */
export function parseLooseVersion(text: string): Parsed<Version> {
  return parsing(() => strict(normalised(text)));
}

function strict(text: string): Version {
  if (text === '') throw new MalformedText('Version string empty');
  const [majorText = '', minorText, rest] = splitInThree(text);
  if (minorText === undefined || rest === undefined)
    throw new MalformedText('No Major.Minor.Patch elements found');
  const major = numberIn(majorText, 'major');
  const minor = numberIn(minorText, 'minor');
  const [beforeBuild, build] = cut(rest, '+');
  const [patchText, prerelease] = cut(beforeBuild, '-');
  const patch = numberIn(patchText, 'patch');
  const identifiers = prerelease?.split('.').map(identifier) ?? [];
  for (const word of build?.split('.') ?? []) checkBuild(word);
  return { major, minor, patch, prerelease: identifiers };
}

function normalised(text: string): string {
  const parts = splitInThree(text.replace(/^v/, '')).map(withoutLeadingZeroes);
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    throw new MalformedText('short version cannot contain PreRelease/Build meta data');
  }
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

function withoutLeadingZeroes(part: string): string {
  if (part.length <= 1) return part;
  const trimmed = part.replace(/^0+/, '');
  return /^[0-9]/.test(trimmed) ? trimmed : `0${trimmed}`;
}

/** At most three parts; the third keeps its dots. */
function splitInThree(text: string): string[] {
  const [major = '', minor, ...rest] = text.split('.');
  if (minor === undefined) return [major];
  return rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')];
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function numberIn(text: string, name: 'major' | 'minor' | 'patch'): bigint {
  if (!/^[0-9]*$/.test(text)) throw new MalformedText(`Invalid character(s) found in ${name} number`);
  if (hasLeadingZeroes(text)) {
    throw new MalformedText(
      `${name.replace(/^./, (first) => first.toUpperCase())} number must not contain leading zeroes`,
    );
  }
  return unsigned(text);
}

function identifier(text: string): bigint | string {
  if (text === '') throw new MalformedText('Prerelease is empty');
  if (!WORD.test(text)) throw new MalformedText('Invalid character(s) found in prerelease');
  if (!/^[0-9]+$/.test(text)) return text;
  if (hasLeadingZeroes(text))
    throw new MalformedText('Numeric PreRelease version must not contain leading zeroes');
  return unsigned(text);
}

function checkBuild(text: string): void {
  if (text === '') throw new MalformedText('Build meta data is empty');
  if (!WORD.test(text)) throw new MalformedText('Invalid character(s) found in build meta data');
}

function hasLeadingZeroes(text: string): boolean {
  return text.length > 1 && text.startsWith('0');
}

/** Twenty digits hold every uint64; a longer number is refused before it is made. */
function unsigned(text: string): bigint {
  if (text === '') throw new MalformedText('a number is missing');
  const value = text.length > 20 ? undefined : BigInt(text);
  if (value === undefined || value > MAX_UINT64) throw new MalformedText('a number is out of range');
  return value;
}

/** -1, 0 or 1 by precedence: a pre-release comes before its release, build metadata does not count. */
export function compareVersions(left: Version, right: Version): -1 | 0 | 1 {
  return (
    order(left.major, right.major) ||
    order(left.minor, right.minor) ||
    order(left.patch, right.patch) ||
    comparePrereleases(left.prerelease, right.prerelease)
  );
}

function comparePrereleases(left: Version['prerelease'], right: Version['prerelease']): -1 | 0 | 1 {
  if (left.length === 0 || right.length === 0) return order(right.length, left.length);
  for (const [index, one] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const compared = compareIdentifiers(one, other);
    if (compared !== 0) return compared;
  }
  return order(left.length, right.length);
}

function compareIdentifiers(left: bigint | string, right: bigint | string): -1 | 0 | 1 {
  if (typeof left === 'bigint') return typeof right === 'bigint' ? order(left, right) : -1;
  return typeof right === 'bigint' ? 1 : order(left, right);
}
