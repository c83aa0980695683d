import type { Fields } from './fields.ts';

/** A program that gives credentials, as `users[].user.exec` has it; the library leaves it without a type. */
export interface ExecSpec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string | undefined;
  /** What the program is told of the cluster; undefined: nothing. */
  readonly cluster?: object | undefined;
}

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** @throws UsageError naming the field that cannot be followed */
export function execSpecOf(exec: Fields, cluster: Fields): ExecSpec {
  const apiVersion = exec.required('apiVersion');
  if (!EXEC_VERSIONS.includes(apiVersion)) {
    throw exec.wrong('apiVersion', `'${apiVersion}' is not one of ${EXEC_VERSIONS.join(', ')}`);
  }
  if (exec.text('interactiveMode') === 'Always') {
    throw exec.wrong('interactiveMode', "'Always' needs a person at a terminal, and there is none");
  }
  const command = exec.required('command');
  const args = exec.list('args');
  if (!args.every((each) => typeof each === 'string')) throw exec.wrong('args', 'must be a list of texts');
  return {
    apiVersion,
    command: command.includes('/') ? exec.absolute(command) : command,
    args,
    env: Object.fromEntries(
      exec.parts('env').map((each) => [each.required('name'), each.text('value') ?? '']),
    ),
    installHint: exec.text('installHint'),
    cluster: exec.flag('provideClusterInfo') ? clusterInfo(cluster) : undefined,
  };
}

/** Of `ExecCredential`, `spec.cluster`: the same names as in the kubeconfig, and the cluster's own extension. */
function clusterInfo(cluster: Fields): object {
  const names = ['server', 'tls-server-name', 'certificate-authority-data', 'proxy-url'];
  const own = cluster
    .parts('extensions')
    .find((each) => each.text('name') === 'client.authentication.k8s.io/exec');
  return {
    ...Object.fromEntries(names.map((name) => [name, cluster.text(name)])),
    'insecure-skip-tls-verify': cluster.flag('insecure-skip-tls-verify'),
    config: own?.values['extension'],
  };
}
