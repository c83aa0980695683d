import { dirname } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import { type ExecSpec, execSpecOf } from './exec-spec.ts';
import { Fields } from './fields.ts';

export interface KubeconfigFile {
  readonly path: string;
  readonly text: string;
}

/** Text that stands in the kubeconfig, or in a file that it names. */
export type Material = { readonly text: string } | { readonly file: string };

/** How one context reaches its cluster, and as whom. */
export interface Target {
  readonly server: URL;
  readonly ca?: Material;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly token?: Material;
  readonly clientCertificate?: { readonly cert: Material; readonly key: Material };
  readonly exec?: ExecSpec;
}

const PROXY_SCHEMES = ['http:', 'https:', 'socks5:'];
/** What kubectl knows and this client does not: ignoring one would make it somebody else than was meant. */
const REFUSED = {
  'auth-provider': 'is not supported; use exec',
  username: 'is not supported: no API server since 1.19 takes passwords',
  password: 'is not supported: no API server since 1.19 takes passwords',
  as: 'is not supported; use the credentials of the account itself',
  'as-uid': 'is not supported; use the credentials of the account itself',
  'as-groups': 'is not supported; use the credentials of the account itself',
  'as-user-extra': 'is not supported; use the credentials of the account itself',
};

/** The context that kubectl would use: the first file that names one. @throws UsageError where none does. */
export function currentContext(files: readonly KubeconfigFile[]): string {
  const name = files.map((file) => rootOf(file).text('current-context')).find((each) => each);
  if (name !== undefined) return name;
  throw new UsageError(`${pathsOf(files)}: current-context is not set; set it, or use --context`);
}

/**
 * What a context says, read as kubectl reads it: of several files the first that has an entry wins, and paths are
 * relative to their file. Source: client-go, `tools/clientcmd` (`loader.go`, `client_config.go`, `validation.go`).
 * @throws UsageError naming the file, the entry and the field that cannot be followed
 */
export function targetOf(files: readonly KubeconfigFile[], contextName: string): Target {
  const context = entryOf(files, 'contexts', contextName).part('context');
  const cluster = entryOf(files, 'clusters', context.required('cluster')).part('cluster');
  const userName = context.text('user');
  const user = userName === undefined ? undefined : entryOf(files, 'users', userName).part('user');
  const target = clusterOf(cluster);
  // As kubectl: credentials are for the far end of an encrypted connection alone.
  if (target.server.protocol === 'http:') return target;
  if (user === undefined) throw anonymous(context.path, 'user');
  return { ...target, ...credentialsOf(user, cluster) };
}

function clusterOf(cluster: Fields): Target {
  const server = urlIn(cluster, 'server', ['https:', 'http:']);
  if (server === undefined) throw cluster.wrong('server', 'is missing');
  const ca = materialIn(cluster, 'certificate-authority');
  const insecureSkipTlsVerify = cluster.flag('insecure-skip-tls-verify');
  if (insecureSkipTlsVerify && ca !== undefined) {
    throw cluster.wrong(
      'insecure-skip-tls-verify',
      'stands beside certificate-authority; remove one of them',
    );
  }
  const tlsServerName = cluster.text('tls-server-name');
  const proxyUrl = urlIn(cluster, 'proxy-url', PROXY_SCHEMES)?.href;
  return {
    server,
    insecureSkipTlsVerify,
    ...(ca ? { ca } : {}),
    ...(tlsServerName ? { tlsServerName } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
  };
}

function credentialsOf(user: Fields, cluster: Fields): Pick<Target, 'token' | 'clientCertificate' | 'exec'> {
  for (const [field, why] of Object.entries(REFUSED)) if (user.has(field)) throw user.wrong(field, why);
  const token = tokenIn(user);
  const clientCertificate = certificateIn(user);
  const exec = user.has('exec') ? execSpecOf(user.part('exec'), cluster) : undefined;
  if (!token && !clientCertificate && !exec) throw anonymous(user.path, 'token');
  return {
    ...(token ? { token } : {}),
    ...(clientCertificate ? { clientCertificate } : {}),
    ...(exec ? { exec } : {}),
  };
}

/** The file wins over the text beside it, because only the file is renewed: as client-go. */
function tokenIn(user: Fields): Material | undefined {
  const [file, text] = [user.text('tokenFile'), user.text('token')];
  if (file !== undefined) return { file: user.absolute(file) };
  return text === undefined ? undefined : { text };
}

function certificateIn(user: Fields): Target['clientCertificate'] {
  const [cert, key] = [materialIn(user, 'client-certificate'), materialIn(user, 'client-key')];
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined) throw user.wrong('client-key', 'is missing beside client-certificate');
  if (key !== undefined) throw user.wrong('client-certificate', 'is missing beside client-key');
  return undefined;
}

/** `NAME-data`, base64, wins over the file that `NAME` says, as in kubectl. */
function materialIn(fields: Fields, name: string): Material | undefined {
  const data = fields.text(`${name}-data`);
  if (data !== undefined) return { text: Buffer.from(data, 'base64').toString() };
  const file = fields.text(name);
  return file === undefined ? undefined : { file: fields.absolute(file) };
}

function urlIn(fields: Fields, name: string, schemes: readonly string[]): URL | undefined {
  const text = fields.text(name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && schemes.includes(url.protocol)) return url;
  throw fields.wrong(
    name,
    `must be a URL that begins with ${schemes.map((each) => `${each}//`).join(' or ')}`,
  );
}

function anonymous(path: string, field: string): UsageError {
  const what = 'there is no credential, and the API server would take this process for system:anonymous';
  return new UsageError(
    `${path}.${field}: ${what}; give a token, a tokenFile, a client-certificate or an exec`,
  );
}

function entryOf(files: readonly KubeconfigFile[], list: string, name: string): Fields {
  const entries = files.flatMap((file) => rootOf(file).parts(list));
  const entry = entries.find((each) => each.text('name') === name);
  if (entry !== undefined) return entry.renamed(`${list}[${name}]`);
  const names = entries.map((each) => each.text('name')).join(', ');
  const flag = list === 'contexts' ? '--context: ' : '';
  throw new UsageError(
    `${flag}'${name}' is not among the ${list} of ${pathsOf(files)}; it has ${names || 'none'}`,
  );
}

function rootOf({ path, text }: KubeconfigFile): Fields {
  try {
    return new Fields(parse(text, { prettyErrors: false }) ?? {}, {
      file: path,
      path: '',
      folder: dirname(path),
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Pretty errors would quote the line, and the line may hold a secret.
    throw new UsageError(`${path}: is no YAML: ${String(error).slice(0, 200)}`);
  }
}

function pathsOf(files: readonly KubeconfigFile[]): string {
  return files.map(({ path }) => path).join(', ');
}
