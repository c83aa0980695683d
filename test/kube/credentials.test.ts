import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { FollowedAccess } from '../../operator/kube/access.ts';
import { KubeClient } from '../../operator/kube/client.ts';
import { inCluster } from '../../operator/kube/config.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { Transport } from '../../operator/kube/transport.ts';
import { whoami } from '../../operator/kube/whoami.ts';
import { Authority } from '../../tools/cluster/pki.ts';
import { withApiServer } from '../support/api-server.ts';
import { startProxy } from '../support/connect-proxy.ts';
import { eventually } from '../support/eventually.ts';

const apiServer = withApiServer();
const ACCOUNT = 'system:serviceaccount:default';
/** Nowhere but in the API server's certificate, and behind the proxy. */
const NAME = 'kubernetes.default.svc';

type Fields = Record<string, unknown>;

/** A kubeconfig in a folder of its own, with other fields of the cluster or of the user than the admin's. */
class Kubeconfig {
  readonly folder = mkdtempSync(join(apiServer().plane.folder, 'credentials-'));
  readonly path = join(this.folder, 'config');

  write(user: Fields, cluster: Fields = {}): this {
    const ca = { 'certificate-authority-data': adminCluster()['certificate-authority-data'] };
    const text = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: apiServer().plane.server, ...ca, ...cluster } }],
      users: [{ name: 'u', user }],
    });
    writeFileSync(this.path, text);
    return this;
  }

  file(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  client(): KubeClient {
    return closed(kubeconfigClient(this.path));
  }
}

function closed(client: KubeClient): KubeClient {
  onTestFinished(() => client.close());
  return client;
}

function adminCluster(): Fields {
  const config = parse(readFileSync(apiServer().plane.kubeconfig, 'utf8')) as {
    clusters: [{ cluster: Fields }];
  };
  return config.clusters[0].cluster;
}

/** A token of a service account in `default`. */
async function token(name: string): Promise<string> {
  const plane = apiServer().plane;
  await plane.kubectl(['create', 'serviceaccount', name]);
  return (await plane.mustKubectl(['create', 'token', name])).trim();
}

async function certificate(name: string): Promise<Fields> {
  const config = parse(readFileSync(await apiServer().plane.person(name), 'utf8')) as {
    users: [{ user: Fields }];
  };
  return config.users[0].user;
}

const becomes = (client: KubeClient, name: string) =>
  eventually(`the client is ${name}`, async () =>
    (await whoami(client).catch(String)) === name ? true : undefined,
  );

/** A program that gives what stands in a file beside it, and notes each run. */
function program(config: Kubeconfig, rest: Fields = {}): Fields {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const status = JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: 'TOKEN', ...rest } });
  const script = `#!/bin/sh
cd "$(dirname "$0")"; echo "$KUBERNETES_EXEC_INFO" >> runs
printf '%s' '${status}' | sed "s/TOKEN/$(cat token)/; s/SOON/$(date -u -d '+10 seconds' +%Y-%m-%dT%H:%M:%SZ)/"
`;
  chmodSync(config.file('sign-in', script), 0o700);
  return { exec: { apiVersion, command: './sign-in', interactiveMode: 'Never' } };
}

const runsOf = (config: Kubeconfig) => readFileSync(join(config.folder, 'runs'), 'utf8').trim().split('\n');

describe('credentials that change', () => {
  it('in the kubeconfig are taken: a token, a certificate, a certificate authority', async () => {
    const other = await Authority.create('other');
    const config = new Kubeconfig().write({ token: await token('ann') });
    const client = config.client();
    await becomes(client, `${ACCOUNT}:ann`);
    config.write({ token: await token('bob') });
    await becomes(client, `${ACCOUNT}:bob`);
    config.write(await certificate('mia'));
    await becomes(client, 'mia');
    config.write(await certificate('tom'));
    await becomes(client, 'tom');
    const wrong = { 'certificate-authority-data': Buffer.from(other.certificate).toString('base64') };
    config.write(await certificate('tom'), wrong);
    await eventually('the server is trusted no more', () =>
      whoami(client).then(
        () => undefined,
        (error) => (/certificate/.test(String(error)) ? true : undefined),
      ),
    );
    config.write(await certificate('mia'));
    await becomes(client, 'mia');
  });

  it('in files that it names are taken, and while one cannot be read the last stays in use', async () => {
    const config = new Kubeconfig();
    const tokenFile = config.file('token', `${await token('ann')}\n`);
    const ca = Buffer.from(String(adminCluster()['certificate-authority-data']), 'base64').toString();
    config.file('ca.crt', ca);
    config.write(
      { tokenFile },
      { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.crt' },
    );
    const client = config.client();
    await becomes(client, `${ACCOUNT}:ann`);
    rmSync(tokenFile);
    mkdirSync(tokenFile);
    await eventually('it is said', async () => {
      expect(await whoami(client)).toBe(`${ACCOUNT}:ann`);
      return client.problems().find((problem) => problem.includes('EISDIR'));
    });
    rmSync(tokenFile, { recursive: true });
    config.file('token', await token('bob'));
    await becomes(client, `${ACCOUNT}:bob`);
    expect(client.problems()).toEqual([]);
    config.file('ca.crt', (await Authority.create('other')).certificate);
    await eventually('the server is trusted no more', () =>
      whoami(client).then(
        () => undefined,
        () => true,
      ),
    );
    config.file('ca.crt', ca);
    await becomes(client, `${ACCOUNT}:bob`);
  });

  it('for a kubeconfig that is broken for a moment leave the one before in use', async () => {
    const config = new Kubeconfig().write({ token: await token('ann') });
    const client = config.client();
    await becomes(client, `${ACCOUNT}:ann`);
    for (const [text, problem] of [
      ['users: [{ token: "', 'is no YAML'],
      ['', 'is not among the contexts'],
    ] as const) {
      writeFileSync(config.path, text);
      await eventually('it is said', async () => {
        expect(await whoami(client)).toBe(`${ACCOUNT}:ann`);
        return client.problems().find((each) => each.includes(problem));
      });
    }
    config.write({ token: await token('bob') });
    await becomes(client, `${ACCOUNT}:bob`);
  });

  it('in a pod are taken from the files that the kubelet renews', async () => {
    const config = new Kubeconfig();
    const ca = Buffer.from(String(adminCluster()['certificate-authority-data']), 'base64').toString();
    config.file('ca.crt', ca);
    config.file('token', await token('ann'));
    const { hostname, port } = new URL(apiServer().plane.server);
    const pod = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const client = closed(new KubeClient(new Transport(new FollowedAccess(inCluster(pod, config.folder)))));
    await becomes(client, `${ACCOUNT}:ann`);
    config.file('token', await token('bob'));
    await becomes(client, `${ACCOUNT}:bob`);
  });
});

describe('a program that gives credentials', () => {
  it('is run once while it is not refused, and again after a 401, though it names no end', async () => {
    const config = new Kubeconfig();
    config.write(program(config)).file('token', await token('gone'));
    const client = config.client();
    for (let i = 0; i < 5; i += 1) expect(await whoami(client)).toBe(`${ACCOUNT}:gone`);
    expect(runsOf(config)).toHaveLength(1);
    expect(JSON.parse(runsOf(config)[0] ?? '')).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
    config.file('token', await token('bob'));
    await apiServer().plane.mustKubectl(['delete', 'serviceaccount', 'gone']);
    await becomes(client, `${ACCOUNT}:bob`);
    expect(runsOf(config)).toHaveLength(2);
  });

  it('is run again when the end that it named has come', async () => {
    const config = new Kubeconfig();
    config.write(program(config, { expirationTimestamp: 'SOON' })).file('token', await token('ann'));
    const client = config.client();
    await becomes(client, `${ACCOUNT}:ann`);
    config.file('token', await token('bob'));
    expect(runsOf(config)).toHaveLength(1);
    await becomes(client, `${ACCOUNT}:bob`);
  });

  it('that fails is named, with its words', async () => {
    const config = new Kubeconfig();
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './fails' };
    chmodSync(config.file('fails', '#!/bin/sh\necho sign in first >&2; exit 3\n'), 0o700);
    await expect(whoami(config.write({ exec }).client())).rejects.toThrow(
      /fails failed \(3\): sign in first/,
    );
    const missing = { exec: { ...exec, command: 'no-such', installHint: 'Install it.' } };
    await expect(whoami(config.write(missing).client())).rejects.toThrow(
      /no-such failed \(ENOENT\).*Install it\./,
    );
  });
});

describe('the way to the API server', () => {
  it('checks the certificate for tls-server-name', async () => {
    const config = new Kubeconfig();
    const user = { token: await token('ann') };
    const right = config.write(user, { 'tls-server-name': NAME }).client();
    expect(await whoami(right)).toBe(`${ACCOUNT}:ann`);
    const wrong = config.write(user, { 'tls-server-name': 'other.example' }).client();
    await expect(whoami(wrong)).rejects.toThrow('other.example');
  });

  it('checks no certificate with insecure-skip-tls-verify, and otherwise does whatever Node is told', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const config = new Kubeconfig();
    const user = { token: await token('ann') };
    const without = { 'certificate-authority-data': undefined };
    await expect(whoami(config.write(user, without).client())).rejects.toThrow(/certificate/);
    const insecure = config.write(user, { ...without, 'insecure-skip-tls-verify': true }).client();
    expect(await whoami(insecure)).toBe(`${ACCOUNT}:ann`);
  });

  it('goes through proxy-url, whatever the environment says', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('NO_PROXY', '*');
    onTestFinished(() => void vi.unstubAllEnvs());
    const config = new Kubeconfig().write({ token: await token('ann') }, { 'proxy-url': proxy.url });
    expect(await whoami(config.client())).toBe(`${ACCOUNT}:ann`);
    expect(proxy.requests).toEqual([`CONNECT ${new URL(apiServer().plane.server).host}`]);
  });

  it('goes through HTTPS_PROXY, unless NO_PROXY names the server', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { port } = new URL(apiServer().plane.server);
    const config = new Kubeconfig().write(
      { token: await token('ann') },
      { server: `https://${NAME}:${port}` },
    );
    const client = config.client();
    expect(await whoami(client)).toBe(`${ACCOUNT}:ann`);
    expect(proxy.requests).toEqual([`CONNECT ${NAME}:${port}`]);
    vi.stubEnv('no_proxy', '.svc');
    await expect(whoami(client)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });

  it('is refused where it would be taken as nobody', () => {
    expect(() => new Kubeconfig().write({}).client()).toThrow('users[u].user.token: there is no credential');
  });
});
