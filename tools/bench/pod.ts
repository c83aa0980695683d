import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../operator/errors.ts';
import { writeBundle } from '../bundle/bundle.ts';
import { runProgram } from '../cluster/processes.ts';
import { NODE_FLAGS, OperatorProcess } from '../environment/operator-process.ts';
import type { Bench } from './operator.ts';

/** In a mount namespace of its own, where the account lies as the kubelet puts it. */
const AS_IN_A_POD =
  'mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && ' +
  'ln -s "$0" /run/secrets/kubernetes.io/serviceaccount && exec "$@"';

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [{ user: { token: string } }];
}

/** The image's program, started as in a Pod: the bundle, compiled before, without a kubeconfig, without Slack. */
export class Pod {
  readonly #main: string;
  readonly #account: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(main: string, account: string, environment: Readonly<Record<string, string>>) {
    this.#main = main;
    this.#account = account;
    this.#environment = environment;
  }

  /** @throws UsageError without root, which a mount namespace takes */
  static async prepare({ cluster, installation }: Bench): Promise<Pod> {
    if (process.getuid?.() !== 0) throw new UsageError('a start as in a Pod takes root');
    const [dist, account] = [join(cluster.folder, 'dist'), join(cluster.folder, 'account')];
    await writeBundle(dist);
    await mkdir(account);
    const config = JSON.parse(await readFile(installation.operatorKubeconfig, 'utf8')) as Kubeconfig;
    const [{ cluster: target }] = config.clusters;
    await writeFile(join(account, 'token'), config.users[0].user.token);
    await writeFile(join(account, 'ca.crt'), Buffer.from(target['certificate-authority-data'], 'base64'));
    const { hostname, port } = new URL(target.server);
    const main = join(dist, 'operator.mjs');
    const environment = {
      KUBECONFIG: '',
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      NODE_COMPILE_CACHE: join(cluster.folder, 'compiled'),
    };
    await runProgram(process.execPath, [...NODE_FLAGS, main, '--help'], {
      env: { ...process.env, ...environment },
    });
    return new Pod(main, account, environment);
  }

  /** Resolves once it is ready. */
  start(roles: string, flags: readonly string[] = []): Promise<OperatorProcess> {
    return OperatorProcess.start({
      main: this.#main,
      launcher: ['unshare', '--mount', 'sh', '-c', AS_IN_A_POD, this.#account],
      environment: this.#environment,
      flags: ['--roles', roles, '--slack-transport', 'off', ...flags],
    });
  }
}
