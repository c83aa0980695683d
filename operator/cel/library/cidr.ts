import type { Meter } from '../cost.ts';
import { CelError, isError, type Result } from '../errors.ts';
import * as go from '../golang/netip.ts';
import type { Library } from '../signatures.ts';
import { Opaque } from '../values.ts';
import { ADDRESS_COST, Ip, ip } from './ip.ts';

/** A network, `10.0.0.0/8`. */
export class Cidr extends Opaque {
  readonly typeName = 'net.CIDR';
  readonly prefix: go.Prefix;

  constructor(prefix: go.Prefix) {
    super();
    this.prefix = prefix;
  }

  /** By what is written: `10.0.0.1/8` is another than `10.0.0.0/8`. */
  equals(other: Opaque): boolean {
    return other instanceof Cidr && textOf(this.prefix) === textOf(other.prefix);
  }
}

function textOf({ address, length }: go.Prefix): string {
  return `${go.formatAddress(address)}/${length}`;
}

function read(meter: Meter, text: string): go.Prefix | undefined {
  meter.spendText(text.length);
  meter.spend(ADDRESS_COST);
  const prefix = go.parsePrefix(text);
  return prefix === undefined || go.isIpv4Mapped(prefix.address) ? undefined : prefix;
}

function cidr(meter: Meter, text: string): Result {
  const prefix = read(meter, text);
  return prefix === undefined
    ? new CelError('cidr', 'network address parse error during conversion from string')
    : new Cidr(prefix);
}

function containsIp(meter: Meter, { prefix }: Cidr, other: Ip | string): Result {
  const found = typeof other === 'string' ? ip(meter, other) : other;
  return found instanceof Ip ? go.contains(prefix, found.address) : found;
}

/** A network holds another that is no larger and begins with its bits. */
function containsCidr(meter: Meter, { prefix }: Cidr, other: Cidr | string): Result {
  const found = typeof other === 'string' ? cidr(meter, other) : other;
  if (!(found instanceof Cidr)) return isError(found) ? found : false;
  return prefix.length <= found.prefix.length && go.contains(prefix, found.prefix.address);
}

/** Networks, as Kubernetes' CEL has them. */
export const CIDRS: Library = {
  'cidr(string): net.CIDR': cidr,
  'isCIDR(string): bool': (meter, text: string) => read(meter, text) !== undefined,
  'string(net.CIDR): string': (meter, { prefix }: Cidr) => {
    meter.spend(ADDRESS_COST);
    return textOf(prefix);
  },
  'net.CIDR.containsIP(string): bool': containsIp,
  'net.CIDR.containsIP(net.IP): bool': containsIp,
  'net.CIDR.containsCIDR(string): bool': containsCidr,
  'net.CIDR.containsCIDR(net.CIDR): bool': containsCidr,
  'net.CIDR.ip(): net.IP': (_meter, { prefix }: Cidr) => new Ip(prefix.address),
  'net.CIDR.prefixLength(): int': (_meter, { prefix }: Cidr) => BigInt(prefix.length),
  'net.CIDR.masked(): net.CIDR': (_meter, { prefix }: Cidr) => new Cidr(go.masked(prefix)),
};
