import { MalformedText } from './parsing.ts';

/**
 * Percent-encoding by the rules of Go's `net/url`, on bytes: strings here have one character for each byte of UTF-8.
 * Each mode names what must be escaped there.
 */
const MUST_ESCAPE = {
  path: /[^A-Za-z0-9\-._~$&+,/:;=@]/g,
  host: /[^A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/g,
  userPassword: /[^A-Za-z0-9\-._~$&+,;=]/g,
  query: /[^A-Za-z0-9\-._~]/g,
  fragment: /[^A-Za-z0-9\-._~!$&()*+,/:;=?@]/g,
} as const;

/** A zone is the end of an IPv6 host, and may have a few escapes more. */
export type Mode = keyof typeof MUST_ESCAPE | 'zone';

export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as text; undefined where they are no UTF-8, which no value of ours can hold. */
export function fromBytes(bytes: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Throws `MalformedText`. */
export function percentDecode(bytes: string, mode: Mode): string {
  const [before = '', ...escapes] = bytes.split('%');
  const texts = [plain(before, mode)];
  for (const part of escapes) {
    texts.push(decoded(part.slice(0, 2), mode), plain(part.slice(2), mode));
  }
  return texts.join('');
}

function plain(text: string, mode: Mode): string {
  if (mode === 'query') return text.replaceAll('+', ' ');
  if ((mode === 'host' || mode === 'zone') && hasForbidden(text)) {
    throw new MalformedText('invalid character in host name');
  }
  return text;
}

/** Bytes beyond ASCII may stand in a host as they are. */
function hasForbidden(part: string): boolean {
  return part.match(MUST_ESCAPE.host)?.some((byte) => byte < '\x80') ?? false;
}

/** In a host only bytes beyond ASCII may be escaped; in a zone also blanks, and what could stand there anyhow. */
function decoded(hex: string, mode: Mode): string {
  if (!/^[0-9A-Fa-f]{2}$/.test(hex)) throw new MalformedText('invalid URL escape');
  const byte = String.fromCharCode(Number.parseInt(hex, 16));
  const forbidden =
    (mode === 'host' && byte < '\x80') ||
    (mode === 'zone' && byte !== ' ' && byte.search(MUST_ESCAPE.host) === 0);
  if (forbidden && hex !== '25') throw new MalformedText('invalid URL escape');
  return byte;
}

export function percentEncode(bytes: string, mode: keyof typeof MUST_ESCAPE): string {
  return bytes.replace(
    MUST_ESCAPE[mode],
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Whether a text is encoded already, even if `percentEncode` would encode it differently. */
export function isEscaped(bytes: string, mode: keyof typeof MUST_ESCAPE): boolean {
  const unescaped = bytes.match(MUST_ESCAPE[mode]) ?? [];
  return unescaped.every((byte) => "!$&'()*+,;=:@[]%".includes(byte));
}
