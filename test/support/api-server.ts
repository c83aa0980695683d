import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, Identity } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../tools/cluster/control-plane.ts';
import { install } from '../../tools/cluster/install.ts';
import { whoami } from '../../tools/environment/people.ts';
import { started } from './started.ts';

/** The API server with our CRDs, policies and roles, and no process of ours: what holds here needs none. */
export class ApiServerEnvironment {
  readonly plane: ControlPlane;
  readonly admin: KubeClient;
  /** Acts as the operator's service account, and as nobody else can. */
  readonly operator: KubeClient;
  readonly operatorKubeconfig: string;

  private constructor(plane: ControlPlane, operatorKubeconfig: string) {
    this.plane = plane;
    this.operatorKubeconfig = operatorKubeconfig;
    this.admin = kubeconfigClient(plane.kubeconfig);
    this.operator = kubeconfigClient(operatorKubeconfig);
  }

  static async start(plane: ControlPlaneOptions): Promise<ApiServerEnvironment> {
    const controlPlane = await startControlPlane(plane);
    const { operatorKubeconfig } = await install(controlPlane);
    return new ApiServerEnvironment(controlPlane, operatorKubeconfig);
  }

  async stop(): Promise<void> {
    await this.admin.close();
    await this.operator.close();
    await this.plane.stop();
  }

  whoami(kubeconfig = this.plane.kubeconfig): Promise<Identity> {
    return whoami(this.plane, kubeconfig);
  }

  /** A checkpoint of the admin, stamped as the webhook would. */
  async asked(spec: object = {}, metadata: object = { generateName: 'asked-' }): Promise<Checkpoint> {
    const object = {
      apiVersion: API_VERSION,
      kind: 'Checkpoint',
      metadata: { name: '', namespace: 'default', ...metadata },
      spec: { action: 'process_refund', requester: await this.#adminIdentity(), ...spec },
    };
    return this.admin.create<Checkpoint>(CHECKPOINTS, object);
  }

  /** Creates anything, and gives what kubectl said. */
  create(object: object, kubeconfig = this.plane.kubeconfig, ...args: string[]) {
    const input = JSON.stringify(object);
    return this.plane.kubectl(['create', '-f', '-', ...args], { input, kubeconfig });
  }

  #identity: Promise<Identity> | undefined;

  #adminIdentity(): Promise<Identity> {
    this.#identity ??= this.whoami();
    return this.#identity;
  }
}

/** Starts an API server before a file's tests and stops it after them. */
export function withApiServer(plane: ControlPlaneOptions = {}): () => ApiServerEnvironment {
  return started(() => ApiServerEnvironment.start(plane));
}
