import { isIPv4, isIPv6 } from 'node:net';

/** An address as Go's `net/netip` has it, without a zone. */
export interface Address {
  readonly family: 4 | 6;
  /** 32 or 128 bits, the first of them the highest. */
  readonly bits: bigint;
}

/** A network: an address and how many of its bits count. The rest of the bits may be set. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** Four plain decimals, or IPv6 without a zone; undefined for all else. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, bits: ipv4Bits(text) };
  if (text.includes('%') || !isIPv6(text)) return undefined;
  return { family: 6, bits: ipv6Bits(text) };
}

/** An address, a slash, and a length that the family has, without leading zeros. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, before = '', length] = /^(.*)\/(0|[1-9]\d{0,2})$/s.exec(text) ?? [];
  const address = parseAddress(before);
  if (address === undefined || Number(length) > bitLength(address)) return undefined;
  return { address, length: Number(length) };
}

function ipv4Bits(text: string): bigint {
  return joined(text.split('.').map(Number), 8n);
}

function ipv6Bits(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const before = groupsIn(head);
  const after = groupsIn(tail ?? '');
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return joined([...before, ...zeros, ...after], 16n);
}

/** The groups of 16 bits; an embedded IPv4 address is two of them. */
function groupsIn(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const bits = ipv4Bits(group);
    return [Number(bits >> 16n), Number(bits & 0xffffn)];
  });
}

function joined(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
}

function bitLength({ family }: Address): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** `::ffff:192.0.2.1`, an IPv4 address that is written as IPv6. */
export function isIpv4Mapped({ family, bits }: Address): boolean {
  return family === 6 && bits >> 32n === 0xffffn;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of zero groups as `::`. */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return split(bits, 4, 8).join('.');
  const hex = split(bits, 8, 16)
    .map((group) => group.toString(16))
    .join(':');
  const runs = hex.match(/(?<![^:])0(?::0)+(?![^:])/g) ?? [];
  const longest = runs.reduce((kept, run) => (run.length > kept.length ? run : kept), '');
  if (longest === '') return hex;
  const start = hex.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${hex.slice(0, Math.max(0, start - 1))}::${hex.slice(start + longest.length + 1)}`;
}

function split(bits: bigint, count: number, width: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number(BigInt.asUintN(width, bits >> BigInt(width * (count - 1 - index)))),
  );
}

/** The network's own bits, the rest zero. */
export function masked({ address, length }: Prefix): Prefix {
  const dropped = BigInt(bitLength(address) - length);
  return { address: { ...address, bits: (address.bits >> dropped) << dropped }, length };
}

/** Whether the address is of the network's family and begins with its bits. */
export function contains({ address, length }: Prefix, other: Address): boolean {
  if (address.family !== other.family) return false;
  const rest = BigInt(bitLength(address) - length);
  return address.bits >> rest === other.bits >> rest;
}

const LOOPBACK = range('127.0.0.0/8', '::1/128');
const LINK_LOCAL_UNICAST = range('169.254.0.0/16', 'fe80::/10');
const LINK_LOCAL_MULTICAST = [
  ...range('224.0.0.0/24'),
  ...Array.from({ length: 16 }, (_, flags) => range(`ff${flags.toString(16)}2::/16`)).flat(),
];
const MULTICAST = range('224.0.0.0/4', 'ff00::/8');
const UNSPECIFIED = range('0.0.0.0/32', '::/128');
const BROADCAST = range('255.255.255.255/32');

function range(...texts: readonly string[]): Prefix[] {
  return texts.flatMap((text) => parsePrefix(text) ?? []);
}

function isIn(networks: readonly Prefix[], address: Address): boolean {
  return networks.some((network) => contains(network, address));
}

export function isUnspecified(address: Address): boolean {
  return isIn(UNSPECIFIED, address);
}

export function isLoopback(address: Address): boolean {
  return isIn(LOOPBACK, address);
}

export function isLinkLocalUnicast(address: Address): boolean {
  return isIn(LINK_LOCAL_UNICAST, address);
}

export function isLinkLocalMulticast(address: Address): boolean {
  return isIn(LINK_LOCAL_MULTICAST, address);
}

/** As in Go, private addresses are global too: it only leaves out what has another meaning. */
export function isGlobalUnicast(address: Address): boolean {
  const others = [UNSPECIFIED, BROADCAST, LOOPBACK, MULTICAST, LINK_LOCAL_UNICAST];
  return !others.some((networks) => isIn(networks, address));
}
