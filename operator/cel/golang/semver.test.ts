import { describe, expect, test } from 'vitest';
import { compareVersions, parseLooseVersion, parseVersion } from './semver.ts';

function version(text: string) {
  const parsed = parseVersion(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

describe('a version', () => {
  test.each([
    ['1.2.3', [1n, 2n, 3n, []]],
    ['0.0.0', [0n, 0n, 0n, []]],
    ['1.2.3-rc.1+build.007', [1n, 2n, 3n, ['rc', 1n]]],
    ['1.2.3-', undefined],
    ['1.2.3--', [1n, 2n, 3n, ['-']]],
    ['1.2.3-0a.1-b', [1n, 2n, 3n, ['0a', '1-b']]],
    ['1.2.3+a-b', [1n, 2n, 3n, []]],
    ['18446744073709551615.0.0', [18446744073709551615n, 0n, 0n, []]],
  ])('%s has its parts', (text, parts) => {
    const parsed = parseVersion(text);
    const found = parsed.ok
      ? [parsed.value.major, parsed.value.minor, parsed.value.patch, parsed.value.prerelease]
      : undefined;
    expect(found).toEqual(parts);
  });

  test.each([
    ['', 'Version string empty'],
    ['1.2', 'No Major.Minor.Patch elements found'],
    ['v1.2.3', 'Invalid character(s) found in major number'],
    [' 1.2.3', 'Invalid character(s) found in major number'],
    ['1.02.3', 'Minor number must not contain leading zeroes'],
    ['1.2.3.4', 'Invalid character(s) found in patch number'],
    ['1.2.', 'a number is missing'],
    ['18446744073709551616.0.0', 'a number is out of range'],
    ['1.2.3-01', 'Numeric PreRelease version must not contain leading zeroes'],
    ['1.2.3-a..b', 'Prerelease is empty'],
    ['1.2.3-ä', 'Invalid character(s) found in prerelease'],
    ['1.2.3+', 'Build meta data is empty'],
    ['1.2.3+a_b', 'Invalid character(s) found in build meta data'],
  ])('%j is none: %s', (text, message) => {
    expect(parseVersion(text)).toEqual({ ok: false, message });
  });

  test.each([
    ['v1.2.3', '1.2.3'],
    ['v1', '1.0.0'],
    ['1.2', '1.2.0'],
    ['01.002.03', '1.2.3'],
    ['000.0.00', '0.0.0'],
    ['1.2.03-rc1', '1.2.3-rc1'],
    ['1.2.0-rc1', '1.2.0-rc1'],
    ['1.2.00-rc1', '1.2.0-rc1'],
  ])('%s is read as %s where it may be loose', (text, strict) => {
    expect(parseLooseVersion(text)).toEqual(parseVersion(strict));
  });

  test.each(['', 'V1.2.3', 'vv1.2.3', '1-rc1', '1.2+build', '=1.2.3', ' 1.2.3', '1.x'])(
    '%j is none even so',
    (text) => {
      expect(parseLooseVersion(text).ok).toBe(false);
    },
  );

  test('is ordered by precedence', () => {
    const ordered = [
      '0.9.9',
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0',
      '1.0.1',
      '1.1.0',
      '10.0.0',
    ];
    for (const [index, left] of ordered.entries()) {
      for (const [other, right] of ordered.entries()) {
        expect(compareVersions(version(left), version(right))).toBe(Math.sign(index - other));
      }
    }
    expect(compareVersions(version('1.0.0+a'), version('1.0.0+b'))).toBe(0);
  });
});
