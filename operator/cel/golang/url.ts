import { parseAddress } from './netip.ts';
import { MalformedText, type Parsed, parsing } from './parsing.ts';
import { percentDecode, percentEncode, toBytes } from './url-escape.ts';

/**
 * A URL as Go's `net/url` has it, which is not as browsers have it: nothing is normalised. All parts but `scheme` are
 * bytes, one character for each.
 */
export interface Url {
  readonly scheme: string;
  /** What follows the scheme of a URL without slashes, e.g. `mailto:`; then there is no host and no path. */
  readonly opaque: string;
  /** With its password, escaped as Go writes it; undefined without an `@`. */
  readonly user: string | undefined;
  readonly host: string;
  readonly path: string;
  /** The path as it was written, where that is not how Go would write it. */
  readonly rawPath: string;
  readonly query: string;
  readonly endsInQuestionMark: boolean;
  readonly fragment: string;
  readonly rawFragment: string;
  readonly omitsHost: boolean;
}

/** An absolute URI or an absolute path, as Go's `ParseRequestURI` and then `Parse` take it. Messages do not quote it. */
export function parseUrl(text: string): Parsed<Url> {
  return parsing(() => {
    const bytes = toBytes(text);
    parsed(bytes, true);
    const [before, fragment] = cutAt(bytes, '#');
    const url = parsed(before, false);
    if (fragment === '') return url;
    const decoded = percentDecode(fragment, 'fragment');
    return {
      ...url,
      fragment: decoded,
      rawFragment: percentEncode(decoded, 'fragment') === fragment ? '' : fragment,
    };
  });
}

/** Whether Go's `ParseRequestURI` takes the text; it reads `#` as any other character. */
export function isRequestUri(text: string): Parsed<Url> {
  return parsing(() => parsed(toBytes(text), true));
}

const EMPTY: Url = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  query: '',
  endsInQuestionMark: false,
  fragment: '',
  rawFragment: '',
  omitsHost: false,
};

/** `request`: as in the first line of an HTTP request, which has no relative URLs. */
function parsed(bytes: string, request: boolean): Url {
  checkBytes(bytes, request);
  if (bytes === '*') return { ...EMPTY, path: '*' };
  const scheme = /^[A-Za-z][A-Za-z0-9+\-.]*(?=:)/.exec(bytes)?.[0] ?? '';
  const { rest, ...query } = queryOf(scheme === '' ? bytes : bytes.slice(scheme.length + 1));
  const url = { ...EMPTY, ...query, scheme: scheme.toLowerCase() };
  if (rest.startsWith('/')) return { ...url, ...hierarchical(url.scheme, rest, request) };
  if (scheme !== '') return { ...url, opaque: rest };
  if (request) throw new MalformedText('invalid URI for request');
  if (cutAt(rest, '/')[0].includes(':'))
    throw new MalformedText('first path segment in URL cannot contain colon');
  return { ...url, ...pathParts(rest) };
}

function checkBytes(bytes: string, request: boolean): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(bytes)) throw new MalformedText('net/url: invalid control character in URL');
  if (bytes === '' && request) throw new MalformedText('empty url');
  if (bytes.startsWith(':')) throw new MalformedText('missing protocol scheme');
}

function queryOf(bytes: string): { rest: string; query: string; endsInQuestionMark: boolean } {
  const [rest, query] = cutAt(bytes, '?');
  return { rest, query, endsInQuestionMark: query === '' && bytes.endsWith('?') };
}

function hierarchical(scheme: string, rest: string, request: boolean): Partial<Url> {
  const hasAuthority = (scheme !== '' || (!request && !rest.startsWith('///'))) && rest.startsWith('//');
  if (!hasAuthority) return { ...pathParts(rest), omitsHost: scheme !== '' };
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  return { ...authorityParts(scheme, authority), ...pathParts(slash < 0 ? '' : rest.slice(slash)) };
}

function pathParts(path: string): Pick<Url, 'path' | 'rawPath'> {
  const decoded = percentDecode(path, 'path');
  return { path: decoded, rawPath: percentEncode(decoded, 'path') === path ? '' : path };
}

function authorityParts(scheme: string, authority: string): Pick<Url, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = hostOf(scheme, authority.slice(at + 1));
  if (at < 0) return { user: undefined, host };
  const user = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new MalformedText('net/url: invalid userinfo');
  const [name, password] = cutAt(user, ':');
  const written = [name, ...(user.includes(':') ? [password] : [])];
  return {
    user: written.map((part) => percentEncode(percentDecode(part, 'userPassword'), 'userPassword')).join(':'),
    host,
  };
}

function hostOf(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new MalformedText('invalid IP-literal');
  if (bracket === 0) return literalHost(host);
  const first = host.indexOf(':');
  const colon = scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':');
  if (first >= 0) checkPort(host.slice(colon));
  return percentDecode(host, 'host');
}

/** `[::1]:443`. A zone may follow the address, behind `%25`. */
function literalHost(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new MalformedText("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const inside = host.slice(1, close);
  const zone = inside.indexOf('%25');
  const name =
    zone < 0
      ? percentDecode(inside, 'host')
      : percentDecode(inside.slice(0, zone), 'host') + percentDecode(inside.slice(zone), 'zone');
  const percent = name.indexOf('%');
  const address = parseAddress(percent < 0 ? name : name.slice(0, percent));
  const validZone = percent < 0 || percent < name.length - 1;
  if (address?.family !== 6 || !validZone) throw new MalformedText('invalid host');
  return `[${name}]${port}`;
}

function checkPort(port: string): void {
  if (!/^(:[0-9]*)?$/.test(port)) throw new MalformedText('invalid port after host');
}

/** Both sides of the first separator. */
export function cutAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
