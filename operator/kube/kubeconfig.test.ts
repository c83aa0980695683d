import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { currentContext, targetOf } from './kubeconfig.ts';

/** A kubeconfig with one of each, in `/home/mia/.kube`, with these fields of the cluster and the user. */
function kubeconfig(cluster: object, user: object | undefined, path = '/home/mia/.kube/config') {
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', ...(user ? { user: 'mia' } : {}) } }],
    clusters: [{ name: 'k', cluster: { server: 'https://api.example:6443', ...cluster } }],
    users: user ? [{ name: 'mia', user }] : [],
  };
  return { path, text: JSON.stringify(config) };
}

const token = { token: 't' };
const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'aws',
  interactiveMode: 'IfAvailable',
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const target = (cluster: object, user: object | undefined) => targetOf([kubeconfig(cluster, user)], 'c');

describe('a kubeconfig', () => {
  it.each([
    ['a token', token, { token: { text: 't' } }],
    [
      'a token file, relative to the kubeconfig',
      { tokenFile: 'mia' },
      { token: { file: '/home/mia/.kube/mia' } },
    ],
    ['a token file, which wins over the token', { ...token, tokenFile: '/t' }, { token: { file: '/t' } }],
    [
      'a certificate, whose data win over its file',
      { 'client-certificate': 'c', 'client-certificate-data': base64('CERT'), 'client-key': 'k' },
      { clientCertificate: { cert: { text: 'CERT' }, key: { file: '/home/mia/.kube/k' } } },
    ],
    [
      'a program',
      { exec: { ...exec, args: ['eks'], env: [{ name: 'A', value: 'b' }] } },
      { exec: { apiVersion: exec.apiVersion, command: 'aws', args: ['eks'], env: { A: 'b' } } },
    ],
    [
      'a program beside the kubeconfig',
      { exec: { ...exec, command: './sign-in' } },
      { exec: { apiVersion: exec.apiVersion, command: '/home/mia/.kube/sign-in', args: [], env: {} } },
    ],
  ])('gives %s', (_, user, credentials) => {
    const server = new URL('https://api.example:6443');
    expect(target({}, user)).toEqual({ server, insecureSkipTlsVerify: false, ...credentials });
  });

  it.each([
    [{ 'tls-server-name': 'api' }, { tlsServerName: 'api' }],
    [{ 'insecure-skip-tls-verify': true }, { insecureSkipTlsVerify: true }],
    [{ 'proxy-url': 'socks5://p:1080' }, { proxyUrl: 'socks5://p:1080' }],
    [{ 'certificate-authority': 'ca.crt' }, { ca: { file: '/home/mia/.kube/ca.crt' } }],
    [{ 'certificate-authority-data': base64('CA') }, { ca: { text: 'CA' } }],
  ])('with the cluster %j reaches it so', (cluster, way) => {
    expect(target(cluster, token)).toMatchObject(way);
  });

  it('tells a program of the cluster where it asks for that', () => {
    const own = { name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } };
    const user = { exec: { ...exec, provideClusterInfo: true } };
    expect(target({ 'tls-server-name': 'api', extensions: [own] }, user).exec?.cluster).toEqual({
      server: 'https://api.example:6443',
      'tls-server-name': 'api',
      'insecure-skip-tls-verify': false,
      config: { audience: 'a' },
    });
  });

  it('sends no credentials where nothing encrypts them, as to `kubectl proxy`', () => {
    const plain = { server: new URL('http://127.0.0.1:8001'), insecureSkipTlsVerify: false };
    expect(target({ server: 'http://127.0.0.1:8001' }, token)).toEqual(plain);
    expect(target({ server: 'http://127.0.0.1:8001' }, undefined)).toEqual(plain);
  });

  it.each([
    [{}, {}, 'users[mia].user.token: there is no credential', 'system:anonymous'],
    [{}, undefined, 'contexts[c].context.user: there is no credential', 'system:anonymous'],
    [{}, { ...token, 'auth-provider': { name: 'gcp' } }, 'users[mia].user.auth-provider', 'use exec'],
    [{}, { username: 'mia', password: 'p' }, 'users[mia].user.username', 'passwords'],
    [{}, { ...token, as: 'admin' }, 'users[mia].user.as', 'not supported'],
    [{}, { ...token, 'as-groups': ['g'] }, 'users[mia].user.as-groups', 'not supported'],
    [{}, { 'client-certificate': 'c' }, 'users[mia].user.client-key', 'is missing'],
    [{}, { 'client-key-data': 'c' }, 'users[mia].user.client-certificate', 'is missing'],
    [{}, { token: 7 }, 'users[mia].user.token', 'must be text'],
    [{}, { exec: { ...exec, apiVersion: 'v1' } }, 'users[mia].user.exec.apiVersion', "'v1' is not one of"],
    [{}, { exec: { ...exec, command: '' } }, 'users[mia].user.exec.command', 'is missing'],
    [
      {},
      { exec: { ...exec, interactiveMode: 'Always' } },
      'users[mia].user.exec.interactiveMode',
      'terminal',
    ],
    [{}, { exec: { ...exec, args: 'eks' } }, 'users[mia].user.exec.args', 'must be a list'],
    [{ server: '' }, token, 'clusters[k].cluster.server', 'is missing'],
    [{ server: 'api.example' }, token, 'clusters[k].cluster.server', 'https://'],
    [{ 'proxy-url': 'ftp://p' }, token, 'clusters[k].cluster.proxy-url', 'http:// or https:// or socks5://'],
    [
      { 'insecure-skip-tls-verify': 'yes' },
      token,
      'clusters[k].cluster.insecure-skip-tls-verify',
      'true or false',
    ],
    [
      { 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca' },
      token,
      'clusters[k].cluster.insecure-skip-tls-verify',
      'certificate-authority',
    ],
  ])('with the cluster %j and the user %j is refused by name', (cluster, user, field, why) => {
    const read = () => target(cluster, user);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(`/home/mia/.kube/config: ${field}`);
    expect(read).toThrow(why);
  });

  it('is one of several, of which the first that has an entry wins', () => {
    const [first, second] = [
      kubeconfig({ server: 'https://first' }, undefined, '/a'),
      kubeconfig({ server: 'https://second' }, token, '/b'),
    ];
    const context = { path: '/c', text: 'contexts: [{ name: d, context: { cluster: k, user: mia } }]' };
    expect(targetOf([context, first, second], 'd')).toMatchObject({
      server: new URL('https://first'),
      token: { text: 't' },
    });
    expect(currentContext([context, first])).toBe('c');
  });

  it('is not harmed by an entry that its context does not name, and reads no file for one', () => {
    const { path, text } = kubeconfig({}, token);
    const config = JSON.parse(text) as { clusters: object[]; users: object[] };
    config.clusters.unshift({ name: 'left over', cluster: {} });
    config.users.unshift({ name: 'other', user: { 'token-file': '/nowhere' } }, { name: 'none' });
    expect(targetOf([{ path, text: JSON.stringify(config) }], 'c').token).toEqual({ text: 't' });
    expect(() => targetOf([kubeconfig({}, { 'token-file': '/nowhere' })], 'c')).toThrow('give a token');
  });

  it.each([
    ['two of a name', 'users: [{ name: mia, user: {} }, { name: mia, user: {} }]', 'Duplicate user: mia'],
    [
      'another type',
      'users: [{ name: tom, user: { client-key: 7 } }]',
      'users[tom].user.client-key: must be',
    ],
    ['an endless one', 'users: &a [{ name: tom, user: *a }]', 'users[tom].user: must be'],
    ['an endless extension', 'extensions: &a [*a]', 'is no YAML of a kubeconfig'],
    ['another context type', 'current-context: 7', 'current-context: must be text'],
  ])('with %s is refused as a whole, as by kubectl', (_, text, why) => {
    const read = () => currentContext([{ path: '/x', text }]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(/^\/x: /);
    expect(read).toThrow(why);
  });

  it('says which contexts it has, and where it is no YAML says that without quoting it', () => {
    expect(() => targetOf([kubeconfig({}, token)], 'other')).toThrow(
      "--context: 'other' is not among the contexts of /home/mia/.kube/config; it has c",
    );
    expect(() => currentContext([{ path: '/x', text: 'contexts: []' }])).toThrow('current-context');
    const secret = 'users: [{ token: "s3cret }';
    expect(() => currentContext([{ path: '/x', text: secret }])).toThrow(/^\/x: is no YAML(?!.*s3cret)/s);
  });
});
