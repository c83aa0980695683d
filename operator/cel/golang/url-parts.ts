import { parsing } from './parsing.ts';
import { cutAt, type Url } from './url.ts';
import { isEscaped, percentDecode, percentEncode } from './url-escape.ts';

/** The host without its port, and the port; without the brackets of an IPv6 address. */
export function hostAndPort({ host }: Url): { hostname: string; port: string } {
  const [, before = host, port = ''] = /^(.*):([0-9]*)$/s.exec(host) ?? [];
  const literal = before.startsWith('[') && before.endsWith(']');
  return { hostname: literal ? before.slice(1, -1) : before, port };
}

export function escapedPath({ path, rawPath }: Url): string {
  if (rawPath !== '' && isEscaped(rawPath, 'path')) return rawPath;
  return path === '*' ? '*' : percentEncode(path, 'path');
}

/** More parameters than this and Go answers with none at all. */
const QUERY_PARAMETERS = 10_000;

/** Keys with their values in order. A part with a `;` or a wrong percentEncode is left out, as in Go. */
export function queryValues({ query }: Url): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const parts = query.split('&');
  if (parts.length > QUERY_PARAMETERS) return values;
  for (const part of parts) {
    const pair = part === '' || part.includes(';') ? undefined : decodedPair(part);
    if (pair === undefined) continue;
    const [key, value] = pair;
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return values;
}

function decodedPair(part: string): readonly [string, string] | undefined {
  const [key, value] = cutAt(part, '=');
  const pair = parsing(() => [percentDecode(key, 'query'), percentDecode(value, 'query')] as const);
  return pair.ok ? pair.value : undefined;
}

/** As `URL.String` writes it; Kubernetes' URLs are equal where this is. */
export function formatUrl(url: Url): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const middle = url.opaque === '' ? hierarchy(url, scheme === '') : url.opaque;
  const query = url.endsInQuestionMark || url.query !== '' ? `?${url.query}` : '';
  return `${scheme}${middle}${query}${fragmentOf(url)}`;
}

function hierarchy(url: Url, leading: boolean): string {
  const path = escapedPath(url);
  const authority = authorityOf(url);
  const slash = path !== '' && !path.startsWith('/') && url.host !== '' ? '/' : '';
  const dot = leading && authority === '' && cutAt(path, '/')[0].includes(':') ? './' : '';
  return `${authority}${slash}${dot}${path}`;
}

function authorityOf({ scheme, user, host, path, omitsHost }: Url): string {
  const named = host !== '' || user !== undefined;
  if (!named && (scheme === '' || omitsHost || path === '')) return '';
  return `//${user === undefined ? '' : `${user}@`}${percentEncode(host, 'host')}`;
}

function fragmentOf({ fragment, rawFragment }: Url): string {
  if (fragment === '') return '';
  return `#${rawFragment !== '' && isEscaped(rawFragment, 'fragment') ? rawFragment : percentEncode(fragment, 'fragment')}`;
}
