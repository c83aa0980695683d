import { dirname } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
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
  readonly ca?: Material | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly token?: Material | undefined;
  readonly clientCertificate?: { readonly cert: Material; readonly key: Material } | undefined;
  readonly exec?: ExecSpec | undefined;
}

const LISTS = ['contexts', 'clusters', 'users'] as const;
const TEXTS = [
  ...['cluster', 'user', 'server', 'tls-server-name', 'proxy-url', 'token', 'tokenFile'],
  ...['certificate-authority', 'certificate-authority-data'],
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
];

/** What kubectl knows and this client does not: ignoring one would make it somebody else than was meant. */
const REFUSED = {
  'is not supported; use exec': ['auth-provider'],
  'is not supported: no API server since 1.19 takes passwords': ['username', 'password'],
  'is not supported; use credentials of that account': ['as', 'as-uid', 'as-groups', 'as-user-extra'],
};

/** The context that kubectl would use: the first file that names one. @throws UsageError where none does. */
export function currentContext(files: readonly KubeconfigFile[]): string {
  const { known, written } = load(files);
  if (known.currentContext) return known.currentContext;
  throw new UsageError(`${pathsOf(written)}: current-context is not set; set it, or use --context`);
}

/**
 * What a context says. The library reads it; what kubectl reads otherwise is read beside it, from what is written.
 * Source: client-go, `tools/clientcmd` (`loader.go`, `client_config.go`, `validation.go`).
 * @throws UsageError naming the file, the entry and the field that cannot be followed
 */
export function targetOf(files: readonly KubeconfigFile[], contextName: string): Target {
  const { known, written } = load(files);
  const context = entryOf(written, 'contexts', contextName);
  const cluster = entryOf(written, 'clusters', context.required('cluster'));
  cluster.required('server');
  const user = context.has('user') ? entryOf(written, 'users', context.required('user')) : undefined;
  known.setCurrentContext(contextName);
  const target = clusterOf(known.getCurrentCluster() as Cluster, cluster);
  // As kubectl: credentials are for the far end of an encrypted connection alone.
  if (target.server.protocol === 'http:') return target;
  if (user === undefined) throw anonymous(context, 'user');
  return { ...target, ...credentialsOf(known.getCurrentUser() as User, user, cluster) };
}

function clusterOf(known: Cluster, written: Fields): Target {
  const { server, caData, caFile, skipTLSVerify, tlsServerName, proxyUrl } = known;
  const ca = materialOf(caData, caFile);
  if (skipTLSVerify && ca !== undefined) {
    const why = 'stands beside certificate-authority; remove one of them';
    throw written.wrong('insecure-skip-tls-verify', why);
  }
  return {
    server: urlOf(server, ['https:', 'http:'], written, 'server'),
    ca,
    insecureSkipTlsVerify: skipTLSVerify,
    tlsServerName,
    proxyUrl: proxyUrl && urlOf(proxyUrl, ['http:', 'https:', 'socks5:'], written, 'proxy-url').href,
  };
}

function credentialsOf(known: User, written: Fields, cluster: Fields) {
  for (const [why, fields] of Object.entries(REFUSED)) {
    for (const field of fields) if (written.has(field)) throw written.wrong(field, why);
  }
  const token = tokenOf(known, written);
  const clientCertificate = certificateOf(known, written);
  const exec = written.has('exec') ? execSpecOf(written.part('exec'), cluster) : undefined;
  if (token || clientCertificate || exec) return { token, clientCertificate, exec };
  throw anonymous(written, 'token');
}

/** The library does not know `tokenFile`. As for client-go it wins over the text, because only the file is renewed. */
function tokenOf({ token }: User, written: Fields): Material | undefined {
  const file = written.text('tokenFile');
  if (file !== undefined) return { file: written.absolute(file) };
  return token ? { text: token } : undefined;
}

function certificateOf(known: User, written: Fields): Target['clientCertificate'] {
  const cert = materialOf(known.certData, known.certFile);
  const key = materialOf(known.keyData, known.keyFile);
  if (cert && key) return { cert, key };
  if (cert) throw written.wrong('client-key', 'is missing beside client-certificate');
  if (key) throw written.wrong('client-certificate', 'is missing beside client-key');
  return undefined;
}

/** As for kubectl the data, base64, win over the file; the library takes the file. */
function materialOf(data: string | undefined, file: string | undefined): Material | undefined {
  if (data) return { text: Buffer.from(data, 'base64').toString() };
  return file ? { file } : undefined;
}

function urlOf(text: string, schemes: readonly string[], written: Fields, field: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && schemes.includes(url.protocol)) return url;
  const beginnings = schemes.map((each) => `${each}//`).join(' or ');
  throw written.wrong(field, `must be a URL that begins with ${beginnings}`);
}

function anonymous(written: Fields, field: string): UsageError {
  const what = 'there is no credential, and the API server would take this process for system:anonymous';
  return written.wrong(field, `${what}; give a token, a tokenFile, a client-certificate or an exec`);
}

function entryOf(files: readonly Fields[], list: (typeof LISTS)[number], name: string): Fields {
  const all = files.flatMap((file) => file.parts(list));
  const found = all.find(({ values }) => values['name'] === name);
  if (found !== undefined) return fieldsOf(found, list);
  const names = all.map(({ values }) => values['name']).join(', ') || 'none';
  const flag = list === 'contexts' ? '--context: ' : '';
  throw new UsageError(`${flag}'${name}' is not among the ${list} of ${pathsOf(files)}; it has ${names}`);
}

/** Beside its name, an entry of `clusters` has a `cluster`, and so on. */
function fieldsOf(entry: Fields, list: (typeof LISTS)[number]): Fields {
  return entry.part(list.slice(0, -1));
}

/** The files as the library reads and merges them, and each as it is written, with what the library leaves out. */
function load(files: readonly KubeconfigFile[]) {
  const known = new KubeConfig();
  const written = files.map((file) => read(file, known));
  return { known, written };
}

function read({ path, text }: KubeconfigFile, known: KubeConfig): Fields {
  try {
    // Pretty errors would quote the line, and the line may hold a secret.
    const written = new Fields(parse(text, { prettyErrors: false }) ?? {}, path);
    checkTypes(written);
    merge(known, written);
    return written;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: is no YAML of a kubeconfig: ${String(error).slice(0, 200)}`);
  }
}

/** As kubectl does, of all entries: the library would take a flag `"yes"` for false. */
function checkTypes(file: Fields): void {
  file.text('current-context');
  for (const fields of LISTS.flatMap((list) => file.parts(list).map((each) => fieldsOf(each, list)))) {
    for (const name of TEXTS) fields.text(name);
    fields.flag('insecure-skip-tls-verify');
  }
}

/** @throws Error where a file has two entries of a name. */
function merge(known: KubeConfig, { file, values }: Fields): void {
  const next = new KubeConfig();
  // The library would read a `token-file` at once and never again; kubectl knows no such field.
  const json = JSON.stringify(values, (key, value) => (key === 'token-file' ? undefined : value));
  // As for kubectl, an entry in which something is missing harms only who names it.
  next.loadFromString(json, { onInvalidEntry: 'filter' });
  next.makePathsAbsolute(dirname(file));
  // Of several files kubectl takes the first that has an entry; the library would refuse the second.
  next.contexts = next.contexts.filter(({ name }) => known.getContextObject(name) === null);
  next.clusters = next.clusters.filter(({ name }) => known.getCluster(name) === null);
  next.users = next.users.filter(({ name }) => known.getUser(name) === null);
  known.mergeConfig(next, Boolean(known.currentContext));
}

function pathsOf(files: readonly Fields[]): string {
  return files.map(({ file }) => file).join(', ');
}
