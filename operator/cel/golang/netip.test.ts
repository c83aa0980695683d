import { describe, expect, test } from 'vitest';
import {
  contains,
  formatAddress,
  isGlobalUnicast,
  isIpv4Mapped,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  masked,
  parseAddress,
  parsePrefix,
} from './netip.ts';

function address(text: string) {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`no address: ${text}`);
  return parsed;
}

function prefix(text: string) {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`no network: ${text}`);
  return parsed;
}

describe('an address', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['10:0:0:10:0:0:0:1', '10:0:0:10::1'],
    ['::1.2.3.4', '::102:304'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatAddress(address(text))).toBe(canonical);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.04',
    '1.2.3.256',
    '1.2..3',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '::1%',
    '[::1]',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '::01.2.3.4',
    '١.2.3.4',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('that carries an IPv4 address is told apart', () => {
    expect(isIpv4Mapped(address('::ffff:1.2.3.4'))).toBe(true);
    expect(isIpv4Mapped(address('::fffe:1.2.3.4'))).toBe(false);
    expect(isIpv4Mapped(address('1.2.3.4'))).toBe(false);
  });

  test.each([
    ['0.0.0.0', [isUnspecified]],
    ['::', [isUnspecified]],
    ['127.1.2.3', [isLoopback]],
    ['::1', [isLoopback]],
    ['169.254.1.1', [isLinkLocalUnicast]],
    ['fe80::1', [isLinkLocalUnicast]],
    ['febf::1', [isLinkLocalUnicast]],
    ['224.0.0.251', [isLinkLocalMulticast]],
    ['224.0.1.1', []],
    ['ff02::1', [isLinkLocalMulticast]],
    ['ff12::1', [isLinkLocalMulticast]],
    ['ff01::1', []],
    ['255.255.255.255', []],
    ['10.0.0.1', [isGlobalUnicast]],
    ['8.8.8.8', [isGlobalUnicast]],
    ['fc00::1', [isGlobalUnicast]],
  ])('%s is of its kind alone', (text, kinds) => {
    const all = [isUnspecified, isLoopback, isLinkLocalUnicast, isLinkLocalMulticast, isGlobalUnicast];
    expect(all.filter((is) => is(address(text)))).toEqual(kinds);
  });
});

describe('a network', () => {
  test.each(['10.0.0.0/8', '10.1.2.3/8', '0.0.0.0/0', '1.2.3.4/32', '::/0', '2001:db8::/128'])(
    '%s',
    (text) => {
      const [before = '', length] = text.split('/');
      expect(parsePrefix(text)).toEqual({ address: parseAddress(before), length: Number(length) });
    },
  );

  test.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/',
    '/8',
  ])('%s is none', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });

  test('holds the addresses of its family that begin with its bits', () => {
    expect(contains(prefix('10.1.0.0/15'), address('10.0.255.255'))).toBe(true);
    expect(contains(prefix('10.1.0.0/15'), address('10.2.0.0'))).toBe(false);
    expect(contains(prefix('0.0.0.0/0'), address('::1'))).toBe(false);
    expect(contains(prefix('2001:db8::/32'), address('2001:db8:ffff::1'))).toBe(true);
  });

  test('is masked to its own bits', () => {
    const { address: base, length } = masked(prefix('10.1.2.3/9'));
    expect([formatAddress(base), length]).toEqual(['10.0.0.0', 9]);
    expect(formatAddress(masked(prefix('2001:db8:ffff::1/33')).address)).toBe('2001:db8:8000::');
  });
});
