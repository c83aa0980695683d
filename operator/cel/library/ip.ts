import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import * as go from '../golang/netip.ts';
import type { Library } from '../signatures.ts';
import { Opaque } from '../values.ts';

/** An address of IPv4 or IPv6. */
export class Ip extends Opaque {
  readonly typeName = 'net.IP';
  readonly address: go.Address;

  constructor(address: go.Address) {
    super();
    this.address = address;
  }

  equals(other: Opaque): boolean {
    return other instanceof Ip && go.formatAddress(this.address) === go.formatAddress(other.address);
  }
}

/** What reading or writing an address takes beside walking the text, in steps. */
export const ADDRESS_COST = 25;

/** Neither zones nor IPv4 addresses that are written as IPv6, so that each address can be written in one way only. */
function read(meter: Meter, text: string): go.Address | undefined {
  meter.spendText(text.length);
  meter.spend(ADDRESS_COST);
  const address = go.parseAddress(text);
  return address === undefined || go.isIpv4Mapped(address) ? undefined : address;
}

/** The address, or the error of what is none. */
export function ip(meter: Meter, text: string): Result {
  const address = read(meter, text);
  return address === undefined
    ? new CelError('ip', 'IP Address parse error during conversion from string')
    : new Ip(address);
}

function isCanonical(meter: Meter, text: string): Result {
  meter.spend(ADDRESS_COST);
  const parsed = ip(meter, text);
  return parsed instanceof Ip ? go.formatAddress(parsed.address) === text : parsed;
}

const is = (kind: (address: go.Address) => boolean) => (_meter: Meter, value: Ip) => kind(value.address);

/** Addresses, as Kubernetes' CEL has them. */
export const IPS: Library = {
  'ip(string): net.IP': ip,
  'isIP(string): bool': (meter, text: string) => read(meter, text) !== undefined,
  'ip.isCanonical(string): bool': isCanonical,
  'string(net.IP): string': (meter, { address }: Ip) => {
    meter.spend(ADDRESS_COST);
    return go.formatAddress(address);
  },
  'net.IP.family(): int': (_meter, { address }: Ip) => BigInt(address.family),
  'net.IP.isUnspecified(): bool': is(go.isUnspecified),
  'net.IP.isLoopback(): bool': is(go.isLoopback),
  'net.IP.isLinkLocalMulticast(): bool': is(go.isLinkLocalMulticast),
  'net.IP.isLinkLocalUnicast(): bool': is(go.isLinkLocalUnicast),
  'net.IP.isGlobalUnicast(): bool': is(go.isGlobalUnicast),
};
