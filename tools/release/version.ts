/** `X.Y.Z`, or `X.Y.Z-rc.N` for a candidate: a subset of Semantic Versioning 2.0.0 that npm, Helm and image tags all take. */
export interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly [number, number, number];
  /** Absent in a release. */
  readonly candidate?: number;
}

const FORM = /^(0|[1-9]\d{0,5})[.](0|[1-9]\d{0,5})[.](0|[1-9]\d{0,5})(?:-rc[.]([1-9]\d{0,5}))?$/;

/** @returns undefined where the text is no such version. A leading `v` belongs to a tag, not to a version. */
export function parseVersion(text: string): Version | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, candidate] = match;
  const numbers = [Number(major), Number(minor), Number(patch)] as const;
  return candidate === undefined ? { numbers } : { numbers, candidate: Number(candidate) };
}

/** Negative where `a` comes before `b` (semver.org, section 11): a candidate comes before its release. */
export function compareVersions(a: Version, b: Version): number {
  for (const place of [0, 1, 2] as const) {
    if (a.numbers[place] !== b.numbers[place]) return a.numbers[place] - b.numbers[place];
  }
  if (a.candidate === b.candidate) return 0;
  return (a.candidate ?? Number.POSITIVE_INFINITY) - (b.candidate ?? Number.POSITIVE_INFINITY);
}
