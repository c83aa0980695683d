import type { Meter } from '../cost.ts';
import { CelError, isError, type Result } from '../errors.ts';
import * as go from '../golang/url.ts';
import { fromBytes } from '../golang/url-escape.ts';
import { escapedPath, formatUrl, hostAndPort, queryValues } from '../golang/url-parts.ts';
import type { Library } from '../signatures.ts';
import { CelMap, type Key, Opaque, type Value } from '../values.ts';

/** An absolute URI, or an absolute path. */
export class UrlValue extends Opaque {
  readonly typeName = 'kubernetes.URL';
  readonly parts: go.Url;
  readonly #text: string;

  constructor(parts: go.Url) {
    super();
    this.parts = parts;
    this.#text = formatUrl(parts);
  }

  equals(other: Opaque, meter: Meter): boolean {
    if (!(other instanceof UrlValue)) return false;
    meter.spendText(Math.min(this.#text.length, other.#text.length));
    return other.#text === this.#text;
  }
}

/** What a parameter of a query costs beside its characters: a list and a place in a map, as of a map that is written. */
const PARAMETER_COST = 12;

/** Each part of a URL is walked a few times, and an escape takes longer than a character. */
function spendUrl(meter: Meter, length: number): void {
  meter.spend(10 + length);
}

function url(meter: Meter, text: string): Result {
  spendUrl(meter, 2 * text.length);
  const parsed = go.parseUrl(text);
  if (parsed.ok) return new UrlValue(parsed.value);
  return new CelError('url', `URL parse error during conversion from string: ${parsed.message}`);
}

function isUrl(meter: Meter, text: string): boolean {
  spendUrl(meter, text.length);
  return go.isRequestUri(text).ok;
}

/** Go's strings hold any bytes; a part that is no text, such as of `%ff`, is an error here. */
function text(bytes: string): string | CelError {
  return fromBytes(bytes) ?? new CelError('url', 'a part of the URL is no UTF-8');
}

function part(of: (parts: go.Url) => string) {
  return (meter: Meter, { parts }: UrlValue): Result => {
    const bytes = of(parts);
    spendUrl(meter, bytes.length);
    return text(bytes);
  };
}

function query(meter: Meter, { parts }: UrlValue): Result {
  const parameters = parts.query.split('&').length;
  meter.spend(parts.query.length + PARAMETER_COST * parameters);
  const entries: [Key, Value][] = [];
  for (const [key, values] of queryValues(parts)) {
    const decoded = [key, ...values].map(text);
    const failed = decoded.find(isError);
    if (failed !== undefined) return failed;
    const [name = '', ...rest] = decoded as string[];
    entries.push([name, rest]);
  }
  return CelMap.of(entries);
}

const URL_TYPE = 'kubernetes.URL';

/** URLs, as Kubernetes' CEL reads them: as Go does, not as browsers do. */
export const URLS: Library = {
  [`url(string): ${URL_TYPE}`]: url,
  'isURL(string): bool': isUrl,
  [`${URL_TYPE}.getScheme(): string`]: part(({ scheme }) => scheme),
  [`${URL_TYPE}.getHost(): string`]: part(({ host }) => host),
  [`${URL_TYPE}.getHostname(): string`]: part((parts) => hostAndPort(parts).hostname),
  [`${URL_TYPE}.getPort(): string`]: part((parts) => hostAndPort(parts).port),
  [`${URL_TYPE}.getEscapedPath(): string`]: part(escapedPath),
  [`${URL_TYPE}.getQuery(): map<string, list<string>>`]: query,
};
