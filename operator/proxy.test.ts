import { describe, expect, it } from 'vitest';
import { proxyOf } from './proxy.ts';

const HTTPS_PROXY = 'http://proxy:3128';

function proxied(url: string, NO_PROXY = ''): boolean {
  return proxyOf(new URL(url), { HTTPS_PROXY, HTTP_PROXY: 'http://other:3128', NO_PROXY }) !== undefined;
}

describe('the proxy for a URL', () => {
  it.each([
    ['https://slack.com/api/', { HTTPS_PROXY }, HTTPS_PROXY],
    ['wss://wss-primary.slack.com/link', { https_proxy: 'proxy:3128' }, HTTPS_PROXY],
    ['http://slack.example/', { http_proxy: 'http://p:1' }, 'http://p:1'],
    ['ws://slack.example/', { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
    ['https://slack.com/', { HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:2' }, undefined],
    ['https://slack.com/', { HTTPS_PROXY: '', https_proxy: 'http://p:1' }, 'http://p:1'],
    ['https://localhost:6443/', { HTTPS_PROXY }, undefined],
    ['https://127.3.2.1:6443/', { HTTPS_PROXY }, undefined],
    ['https://[::1]:6443/', { HTTPS_PROXY }, undefined],
    ['https://slack.com/', {}, undefined],
  ])('%s with %j is %s', (url, environment, proxy) => {
    expect(proxyOf(new URL(url), environment)).toBe(proxy);
  });

  it.each([
    ['*', 'https://any.example/'],
    ['slack.com', 'https://slack.com/'],
    ['other, slack.com ', 'https://wss-primary.Slack.com/'],
    ['.svc', 'https://kubernetes.default.svc/'],
    ['*.svc', 'https://kubernetes.default.svc/'],
    ['10.0.0.0/8', 'https://10.96.0.1:443/'],
    ['10.96.0.1', 'https://10.96.0.1/'],
    ['10.96.0.1:443', 'https://10.96.0.1/'],
    ['fd00::/8', 'https://[fd00::1]/'],
    ['fd00::1', 'https://[fd00::1]/'],
    ['[fd00::1]:443', 'https://[fd00::1]/'],
    ['slack.com:443', 'https://slack.com/'],
  ])('is none where NO_PROXY is %s, for %s', (noProxy, url) => {
    expect(proxied(url)).toBe(true);
    expect(proxied(url, noProxy)).toBe(false);
  });

  it.each([
    ['slack.com', 'https://notslack.com/'],
    ['.slack.com', 'https://slack.com/'],
    ['slack.com:8443', 'https://slack.com/'],
    ['10.0.0.0/8', 'https://11.0.0.1/'],
    ['10.0.0.0/99', 'https://10.0.0.1/'],
    ['10.0.0.0/8', 'https://ten.example/'],
    [' , ,', 'https://slack.com/'],
  ])('is used where NO_PROXY is %s, for %s', (noProxy, url) => {
    expect(proxied(url, noProxy)).toBe(true);
  });
});
