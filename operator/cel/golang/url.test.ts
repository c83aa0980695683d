import { describe, expect, test } from 'vitest';
import { isRequestUri, parseUrl } from './url.ts';
import { fromBytes } from './url-escape.ts';
import { escapedPath, formatUrl, hostAndPort, queryValues } from './url-parts.ts';

function url(text: string) {
  const parsed = parseUrl(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return parsed.value;
}

describe('a URL', () => {
  test.each([
    ['https://example.com:80/', 'https', 'example.com:80', 'example.com', '80', '/'],
    ['HTTPS://Example.com', 'https', 'Example.com', 'Example.com', '', ''],
    ['https://[::1]:80/', 'https', '[::1]:80', '::1', '80', '/'],
    ['https://[fe80::1%25en0]/', 'https', '[fe80::1%en0]', 'fe80::1%en0', '', '/'],
    ['https://127.0.0.1/a/../b', 'https', '127.0.0.1', '127.0.0.1', '', '/a/../b'],
    ['https://user:p@ss@example.com/', 'https', 'example.com', 'example.com', '', '/'],
    ['/path', '', '', '', '', '/path'],
    [
      'https://example.com/path with spaces/',
      'https',
      'example.com',
      'example.com',
      '',
      '/path%20with%20spaces/',
    ],
    ['https://example.com/a%2Fb', 'https', 'example.com', 'example.com', '', '/a%2Fb'],
    ['mailto:someone@example.com', 'mailto', '', '', '', ''],
    ['http://h:', 'http', 'h:', 'h', '', ''],
    ['*', '', '', '', '', '*'],
  ])('%s has its parts', (text, ...parts) => {
    const parsed = url(text);
    const { hostname, port } = hostAndPort(parsed);
    expect([parsed.scheme, parsed.host, hostname, port, escapedPath(parsed)]).toEqual(parts);
  });

  test.each([
    ['', 'empty url'],
    ['../relative-path', 'invalid URI for request'],
    ['example.com/path', 'invalid URI for request'],
    ['#fragment', 'invalid URI for request'],
    [':x', 'missing protocol scheme'],
    ['https://a:b:c/', 'invalid port after host'],
    ['https://a:8o/', 'invalid port after host'],
    ['https://[::1', "missing ']' in host"],
    ['https://a[::1]/', 'invalid IP-literal'],
    ['https://[127.0.0.1]/', 'invalid host'],
    ['https://[::1%25]/', 'invalid host'],
    ['https://a b/', 'invalid character in host name'],
    ['https://a%20b/', 'invalid URL escape'],
    ['https://us er@h/', 'net/url: invalid userinfo'],
    ['/a\nb', 'net/url: invalid control character in URL'],
    ['/%zz', 'invalid URL escape'],
    ['/a#%zz', 'invalid URL escape'],
  ])('%j is none: %s', (text, message) => {
    expect(parseUrl(text)).toEqual({ ok: false, message });
  });

  test('is asked for as in a request, where # is a character as any other', () => {
    expect(isRequestUri('/a#b').ok).toBe(true);
    expect(isRequestUri('/a#%zz').ok).toBe(false);
    expect(isRequestUri('a#b').ok).toBe(false);
  });

  test.each([
    ['https://example.com/?k1=a&k2=b&k2=c', { k1: ['a'], k2: ['b', 'c'] }],
    ['https://example.com/?key with+spaces=a%26b', { 'key with spaces': ['a&b'] }],
    ['https://example.com/?a;b=1&c&=d&&e=f=g', { c: [''], '': ['d'], e: ['f=g'] }],
    ['https://example.com/?a=%zz&%C3%A4=1', { ä: ['1'] }],
    ['https://example.com/?', {}],
  ])('%s has its query', (text, query) => {
    const entries = [...queryValues(url(text))];
    expect(
      Object.fromEntries(entries.map(([key, values]) => [fromBytes(key), values.map(fromBytes)])),
    ).toEqual(query);
  });

  test('with more than ten thousand parameters has none', () => {
    expect(queryValues(url(`/?${'a&'.repeat(9_999)}a`)).size).toBe(1);
    expect(queryValues(url(`/?${'a&'.repeat(10_000)}a`)).size).toBe(0);
  });

  test.each([
    ['HTTP://h/p?q#f', 'http://h/p?q#f'],
    ['http:///x', 'http:///x'],
    ['http://', 'http:'],
    ['http://@h/', 'http://@h/'],
    ['http://u%20s:p@h/?', 'http://u%20s:p@h/?'],
    ['mailto:a@b?x=y#z', 'mailto:a@b?x=y#z'],
    ['/a(b) c', '/a%28b%29%20c'],
    ['/a(b)c', '/a(b)c'],
    ['x:/p', 'x:/p'],
  ])('%s is written %s', (text, written) => {
    expect(formatUrl(url(text))).toBe(written);
  });

  test('whose bytes are no UTF-8 has no text', () => {
    expect(fromBytes('\xff')).toBeUndefined();
    expect(fromBytes('\xc3\xa4')).toBe('ä');
  });
});
