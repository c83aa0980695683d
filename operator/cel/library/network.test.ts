import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';

describe('an address', () => {
  test.each([
    'isIP("127.0.0.1") && isIP("::1") && !isIP("127.0.0.256") && !isIP("fe80::1%eth0") && !isIP("::ffff:1.2.3.4")',
    'ip("127.0.0.1").family() == 4 && ip("::1").family() == 6',
    'ip("::1") == ip("0:0::1") && ip("::1") != ip("::2") && ip("0.0.0.1") != ip("::1")',
    'ip.isCanonical("::1") && !ip.isCanonical("::01") && !ip.isCanonical("2001:DB8::1")',
    'string(ip("2001:db8:0:0::1")) == "2001:db8::1"',
    'ip("0.0.0.0").isUnspecified() && ip("127.0.0.1").isLoopback() && ip("169.254.1.1").isLinkLocalUnicast()',
    'ip("224.0.0.1").isLinkLocalMulticast() && ip("10.0.0.1").isGlobalUnicast() && !ip("::1").isGlobalUnicast()',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['ip(address).family() == 4', 'IP Address parse error during conversion from string'],
    ['ip.isCanonical(address)', 'IP Address parse error during conversion from string'],
    ['ip("::1") == address', '== does not take net.IP, string'],
    ['ip("::1") != address', '!= does not take net.IP, string'],
    ['isIP(port)', 'isIP() does not take double'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { address: '127.0.0.1:80', port: 80 } })).toBe(message);
  });
});

describe('a network', () => {
  test.each([
    'isCIDR("10.0.0.0/8") && !isCIDR("10.0.0.0") && !isCIDR("10.0.0.0/33") && !isCIDR("::ffff:10.0.0.0/104")',
    'cidr("10.0.0.0/8").containsIP("10.1.2.3") && !cidr("10.0.0.0/8").containsIP("11.0.0.0")',
    'cidr("10.0.0.0/8").containsIP(ip("10.1.2.3")) && !cidr("0.0.0.0/0").containsIP(ip("::1"))',
    'cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("10.1.0.0/16").containsCIDR("10.0.0.0/8")',
    'cidr("10.0.0.0/8").containsCIDR(cidr("10.0.0.0/8")) && !cidr("10.0.0.0/8").containsCIDR(cidr("::/16"))',
    'cidr("10.1.2.3/8").ip() == ip("10.1.2.3") && cidr("10.1.2.3/8").prefixLength() == 8',
    'cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && cidr("10.1.2.3/8") != cidr("10.0.0.0/8")',
    'string(cidr("2001:db8:0::/32")) == "2001:db8::/32"',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['cidr(network).prefixLength() == 8', 'network address parse error during conversion from string'],
    ['cidr("10.0.0.0/8").containsIP(network)', 'IP Address parse error during conversion from string'],
    ['cidr("10.0.0.0/8").containsCIDR(network)', 'network address parse error during conversion from string'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { network: '10.0.0.0/08' } })).toBe(message);
  });
});

describe('a URL', () => {
  test.each([
    'isURL("https://example.com/") && isURL("/path") && !isURL("example.com") && !isURL("https://a:b:c/")',
    'url("https://user@Example.com:8443/a b?x=1#f").getHost() == "Example.com:8443"',
    'url("https://[::1]:80/").getHostname() == "::1" && url("https://[::1]:80/").getHost() == "[::1]:80"',
    'url("https://example.com:80/").getPort() == "80" && url("/path").getHostname() == ""',
    'url("HTTPS://example.com").getScheme() == "https" && url("/path").getScheme() == ""',
    'url("https://example.com/with space").getEscapedPath() == "/with%20space"',
    'url("https://example.com/?k=a&k=b&q=x+y").getQuery() == {"k": ["a", "b"], "q": ["x y"]}',
    'url("https://example.com/").getQuery() == {}',
    'url("https://example.com/a b") == url("https://example.com/a%20b")',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['url("../x").getHost() == ""', 'URL parse error during conversion from string: invalid URI for request'],
    [
      'url("http://a b/").getHost() == ""',
      'URL parse error during conversion from string: invalid character in host name',
    ],
    ['url("http://h/?a=%ff").getQuery() == {}', 'a part of the URL is no UTF-8'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition)).toBe(message);
  });
});
