import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UsageError } from '../../operator/errors.ts';
import { ARCHIVE_VERSION, fetchArchive, publishedArchive } from './archive.ts';
import { buildGo, GO_WANTED, hasGo, type Progress, toStandardError } from './go-build.ts';
import { withLock } from './lock.ts';

/** Of the Kubernetes sources in tools/go.mod. */
const KUBERNETES_VERSION = 'v1.37.2';

const [MAJOR, MINOR] = KUBERNETES_VERSION.slice(1).split('.');

/** Without the version stamped in, the server calls itself v0.0.0 and Helm's version checks fail. */
const VERSION_FLAGS = [`gitVersion=${KUBERNETES_VERSION}`, `gitMajor=${MAJOR}`, `gitMinor=${MINOR}`].map(
  (setting) => `-X k8s.io/component-base/version.${setting}`,
);

const PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  helm: 'helm.sh/helm/v4/cmd/helm',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
} as const;

export type Binary = keyof typeof PACKAGES;

/** What the published archive holds. */
const ARCHIVED: ReadonlySet<Binary> = new Set<Binary>(['etcd', 'kube-apiserver', 'kubectl']);

/** Of what is built here. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheRoot(environment), `bin-${KUBERNETES_VERSION}`);
}

/** Of what is unpacked from the published archive. */
export function archiveFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheRoot(environment), `envtest-${ARCHIVE_VERSION}`);
}

export function cacheRoot(environment: NodeJS.ProcessEnv): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'approvalgate');
}

/**
 * The path of each binary: from KUBEBUILDER_ASSETS, else the cache, else the published archive, else built from Go
 * modules into the cache.
 * @throws Error that says what is missing and the cure.
 */
export async function findBinaries<B extends Binary>(
  names: readonly B[],
  progress: Progress = toStandardError,
): Promise<Record<B, string>> {
  const lacks = (name: Binary): boolean => ARCHIVED.has(name) && lookUp(name) === undefined;
  await mkdir(cacheFolder(), { recursive: true });
  if (names.some(lacks))
    await inTurn('archive', progress, async () => (names.some(lacks) ? unpack(progress) : undefined));
  const found: Partial<Record<B, string>> = {};
  for (const name of names) {
    const build = async () => lookUp(name) ?? (await buildFromModules(name, progress));
    found[name] = lookUp(name) ?? (await inTurn(name, progress, build));
  }
  return found as Record<B, string>;
}

/** Helm may also be the one on the PATH: it only renders. */
export function lookUp(name: Binary, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const assets = environment['KUBEBUILDER_ASSETS'];
  const onPath = name === 'helm' ? (environment['PATH'] ?? '').split(delimiter) : [];
  return [...(assets ? [assets] : []), cacheFolder(environment), archiveFolder(environment), ...onPath]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Processes that need the same thing take turns: the second finds what the first got. */
function inTurn<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const tell = (lock: string): void =>
    progress(`another process is getting ${name}; waiting for it (if none is, remove ${lock})`);
  return withLock(join(cacheFolder(), `${name}.lock`), tell, work);
}

/** Whatever is wrong with the archive, building still gives the same. */
async function unpack(progress: Progress): Promise<void> {
  const archive = publishedArchive();
  if (archive === undefined) return;
  progress(`fetching ${archive.url}`);
  try {
    await fetchArchive(archive, archiveFolder());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    progress(`the archive is of no use (${why}): building from Go modules instead`);
  }
}

async function buildFromModules(name: Binary, progress: Progress): Promise<string> {
  const folder = cacheFolder();
  await requireGo(name);
  const path = join(folder, name);
  await buildGo(
    { goPackage: PACKAGES[name], path, linkerFlags: VERSION_FLAGS },
    { progress, hint: 'all together about 9 minutes, once' },
  );
  return path;
}

async function requireGo(name: Binary): Promise<void> {
  if (await hasGo()) return;
  const place =
    name === 'helm' ? 'install Helm (https://helm.sh)' : `put ${name} into the folder KUBEBUILDER_ASSETS`;
  throw new UsageError(
    `${name} was found neither in KUBEBUILDER_ASSETS nor in ${cacheFolder()}${name === 'helm' ? ' nor on the PATH' : ''}, ` +
      `and Go is not installed to build it. Either ${place}, or install ${GO_WANTED}.`,
  );
}
