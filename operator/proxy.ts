import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a URL; undefined: none is used. `HTTPS_PROXY` for https and wss, `HTTP_PROXY`
 * for http and ws, each also in lower case; never for this machine itself, nor for what `NO_PROXY` lists: `*`, names with
 * all below them, `.example.com` for those below alone, addresses and ranges (`10.0.0.0/8`), each with a port or without.
 * Source: Go's `golang.org/x/net/http/httpproxy`, which kubectl uses; undici's own rules know no ranges.
 */
export function proxyOf(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const encrypted = url.protocol === 'https:' || url.protocol === 'wss:';
  const proxy = variable(environment, encrypted ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (proxy === '' || isThisMachine(host)) return undefined;
  const port = url.port || (encrypted ? '443' : '80');
  const exempt = variable(environment, 'NO_PROXY')
    .split(',')
    .some((entry) => matches(entry.trim().toLowerCase(), host, port));
  if (exempt) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(environment: NodeJS.ProcessEnv, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || inRange(host, '127.0.0.0', 8) || inRange(host, '::1', 128);
}

/** `entry` is one of NO_PROXY's. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [range = '', bits] = entry.split('/');
  if (bits !== undefined) return inRange(host, range, Number(bits));
  const [name, onlyPort] = isIP(entry) ? [entry, undefined] : splitPort(entry);
  if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
  return isIP(name) ? inRange(host, name, isIP(name) === 6 ? 128 : 32) : isNamed(host, name);
}

function splitPort(entry: string): [name: string, port: string | undefined] {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return [name.replace(/^\[|\]$/g, ''), port];
}

/** A name stands for itself and all below it; one with a dot first for those below alone. */
function isNamed(host: string, name: string): boolean {
  const below = name.replace(/^\*?\./, '');
  return host.endsWith(`.${below}`) || (host === name && below === name);
}

function inRange(host: string, network: string, bits: number): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(host) === 0 || isIP(network) === 0 || !(bits >= 0 && bits <= (family === 'ipv6' ? 128 : 32))) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
