import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Progress, toStandardError } from '../cluster/go-build.ts';
import { runProgram } from '../cluster/processes.ts';

/** What a node runs besides Kubernetes' own programs, and Debian's package of each. */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  '/usr/lib/cni/portmap': 'containernetworking-plugins',
  ip: 'iproute2',
  iptables: 'iptables',
  conntrack: 'conntrack',
  unshare: 'util-linux',
};

/** What of this machine matters here. */
export interface Machine {
  readonly platform: string;
  readonly uid: number | undefined;
  /** Whether a program, by name or path, is there. */
  has(program: string): boolean;
  /** Runs a program to its end. @throws Error when it fails. */
  run(program: string, args: readonly string[]): Promise<unknown>;
}

const THIS_MACHINE: Machine = {
  platform: process.platform,
  uid: process.getuid?.(),
  has: (program) => places(program).some((path) => existsSync(path)),
  run: (program, args) =>
    runProgram(program, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }),
};

/**
 * Installs the Debian packages that a node, and what else is named, lacks on this machine.
 * @param more programs by name or path, and the package of each
 * @returns why no node can run here; undefined where it can
 */
export async function lacking(
  more: Readonly<Record<string, string>> = {},
  progress: Progress = toStandardError,
  machine: Machine = THIS_MACHINE,
): Promise<string | undefined> {
  if (machine.platform !== 'linux') return 'a node takes Linux';
  if (machine.uid !== 0) return 'a node takes root';
  const wanted = Object.entries({ ...PACKAGES, ...more }).filter(([program]) => !machine.has(program));
  const packages = [...new Set(wanted.map(([, name]) => name))];
  const failure = await install(packages, progress, machine);
  if (failure !== undefined) return failure;
  return machine.run('unshare', ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'true']).then(
    () => undefined,
    (error: unknown) => `this machine does not let root make namespaces: ${firstLine(error)}`,
  );
}

async function install(
  packages: readonly string[],
  progress: Progress,
  { has, run }: Machine,
): Promise<string | undefined> {
  if (packages.length === 0) return undefined;
  const names = packages.join(' ');
  if (!has('apt-get')) return `a node takes Debian's packages, or the like: ${names}`;
  progress(`installing Debian's packages ${names}`);
  try {
    await run('apt-get', ['update', '--quiet=2']);
    // Nothing of the machine's owner is removed for it, such as another containerd.
    await run('apt-get', [
      'install',
      '--quiet=2',
      '--yes',
      '--no-install-recommends',
      '--no-remove',
      ...packages,
    ]);
    return undefined;
  } catch (error) {
    return `Debian's packages ${names} could not be installed: ${firstLine(error)}`;
  }
}

function places(program: string): string[] {
  if (program.startsWith('/')) return [program];
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}
