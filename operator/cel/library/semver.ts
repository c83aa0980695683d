import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import type { Parsed } from '../golang/parsing.ts';
import * as go from '../golang/semver.ts';
import type { Library } from '../signatures.ts';
import { isInt64, Opaque } from '../values.ts';

/** A version of semantic versioning 2.0.0. */
export class Semver extends Opaque {
  readonly typeName = 'kubernetes.Semver';
  readonly version: go.Version;
  /** Characters of its text. */
  readonly #length: number;

  constructor(version: go.Version, length: number) {
    super();
    this.version = version;
    this.#length = length;
  }

  equals(other: Opaque, meter: Meter): boolean {
    return other instanceof Semver && this.compareTo(other, meter) === 0;
  }

  /** What a version's text took to read, it may take to compare: a pre-release is of any length, in any parts. */
  compareTo(other: Semver, meter: Meter): -1 | 0 | 1 {
    meter.spend(Math.min(this.version.prerelease.length, other.version.prerelease.length));
    meter.spendText(Math.min(this.#length, other.#length));
    return go.compareVersions(this.version, other.version);
  }
}

function read(meter: Meter, text: string, loose: boolean): Parsed<go.Version> {
  meter.spend(10 + 2 * text.length);
  return loose ? go.parseLooseVersion(text) : go.parseVersion(text);
}

function semver(meter: Meter, text: string, loose = false): Result {
  const parsed = read(meter, text, loose);
  return parsed.ok ? new Semver(parsed.value, text.length) : new CelError('semver', parsed.message);
}

function isSemver(meter: Meter, text: string, loose = false): boolean {
  return read(meter, text, loose).ok;
}

function compared(accept: (order: number) => boolean | bigint) {
  return (meter: Meter, version: Semver, other: Semver): boolean | bigint =>
    accept(version.compareTo(other, meter));
}

/** Numbers of a version are unsigned in Go; one that no int holds is an error, where Kubernetes makes it negative. */
function numberOf(part: 'major' | 'minor' | 'patch') {
  return (_meter: Meter, { version }: Semver): Result =>
    isInt64(version[part]) ? version[part] : new CelError('overflow', `${part}() is out of the range of int`);
}

const SEMVER = 'kubernetes.Semver';

/** Versions, as Kubernetes' CEL reads and orders them. With `true`, also `v1.2` and `01.2.3`. */
export const SEMVERS: Library = {
  [`semver(string): ${SEMVER}`]: semver,
  [`semver(string, bool): ${SEMVER}`]: semver,
  'isSemver(string): bool': isSemver,
  'isSemver(string, bool): bool': isSemver,
  [`${SEMVER}.isGreaterThan(${SEMVER}): bool`]: compared((order) => order > 0),
  [`${SEMVER}.isLessThan(${SEMVER}): bool`]: compared((order) => order < 0),
  [`${SEMVER}.compareTo(${SEMVER}): int`]: compared(BigInt),
  [`${SEMVER}.major(): int`]: numberOf('major'),
  [`${SEMVER}.minor(): int`]: numberOf('minor'),
  [`${SEMVER}.patch(): int`]: numberOf('patch'),
};
