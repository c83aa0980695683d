import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointSpec, Notification } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../tools/cluster/control-plane.ts';
import { Agent } from '../../tools/environment/agent.ts';
import {
  MIA,
  TestEnvironment,
  type TestEnvironmentOptions,
  TOM,
} from '../../tools/environment/environment.ts';
import { agentIn, apply, approver, link } from '../../tools/environment/people.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { eventually, PATIENCE_MS } from './eventually.ts';
import { ownedBy } from './owned-by.ts';
import { started } from './started.ts';

/** The whole product for one test file, with what end-to-end tests need. */
export class E2EEnvironment {
  readonly controlPlane: ControlPlane;
  readonly product: TestEnvironment;
  readonly admin: KubeClient;
  #namespaces = 0;

  private constructor(controlPlane: ControlPlane, product: TestEnvironment) {
    this.controlPlane = controlPlane;
    this.product = product;
    this.admin = kubeconfigClient(controlPlane.kubeconfig);
  }

  static async start(
    options: TestEnvironmentOptions,
    plane: ControlPlaneOptions = {},
  ): Promise<E2EEnvironment> {
    const controlPlane = await startControlPlane(plane);
    const environment = new E2EEnvironment(controlPlane, await TestEnvironment.start(controlPlane, options));
    await link(controlPlane, MIA, 'mia');
    await link(controlPlane, TOM, 'tom', ['finance']);
    return environment;
  }

  async stop(): Promise<void> {
    await this.product.stop();
    await this.admin.close();
    await this.controlPlane.stop();
  }

  /** A namespace with an agent that may ask and two people who may decide. */
  async namespace(): Promise<TestNamespace> {
    this.#namespaces += 1;
    const namespace = `shop-${this.#namespaces}`;
    const kubeconfig = await agentIn(this.controlPlane, namespace);
    await approver(this.controlPlane, namespace, 'mia');
    await approver(this.controlPlane, namespace, 'tom');
    return new TestNamespace(this, namespace, kubeconfig);
  }
}

export class TestNamespace {
  readonly environment: E2EEnvironment;
  readonly namespace: string;
  readonly agentKubeconfig: string;
  readonly agent: Agent;

  constructor(environment: E2EEnvironment, namespace: string, agentKubeconfig: string) {
    this.environment = environment;
    this.namespace = namespace;
    this.agentKubeconfig = agentKubeconfig;
    this.agent = new Agent(agentKubeconfig, namespace);
  }

  /** Applies a rule and waits until it is in force. */
  async rule(name: string, spec: object): Promise<void> {
    const { controlPlane } = this.environment;
    await apply(controlPlane, {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name, namespace: this.namespace },
      spec: { actions: ['*'], ...spec },
    });
    const args = [
      'wait',
      '-n',
      this.namespace,
      '--for=condition=Ready',
      `checkpointrule/${name}`,
      '--timeout=60s',
    ];
    await controlPlane.mustKubectl(args);
  }

  ask(spec: Partial<CheckpointSpec> = {}, name?: string): Promise<Checkpoint> {
    return this.agent.ask({ action: 'send_email_campaign', context: { recipients: 5247 }, ...spec }, name);
  }

  decided(asked: Checkpoint, ms = PATIENCE_MS): Promise<Checkpoint> {
    return this.agent.decision(asked, AbortSignal.timeout(ms));
  }

  read({ metadata }: Checkpoint): Promise<Checkpoint | undefined> {
    return this.environment.admin.get<Checkpoint>(CHECKPOINTS, {
      namespace: this.namespace,
      name: metadata.name,
    });
  }

  /** The record of the checkpoint's message once it has the wanted state. */
  async message(asked: Checkpoint, state: Notification['state']): Promise<Notification> {
    return eventually(`the message is ${state}`, async () => {
      const found = (await this.read(asked))?.status?.notifications?.[0];
      return found?.state === state ? found : undefined;
    });
  }

  /** The message as Slack has it. */
  async posted(asked: Checkpoint): Promise<DeskMessage> {
    const { channel, messageID } = await this.message(asked, 'Sent');
    return this.inSlack(channel, messageID);
  }

  async inSlack(channel: string, messageID: string | undefined): Promise<DeskMessage> {
    const messages = await this.environment.product.desk.messages(channel);
    const found = messages.find(({ ts }) => ts === messageID);
    if (found === undefined) throw new Error(`no message ${messageID} in ${channel}`);
    return found;
  }

  /** The names of all reviews here. */
  async reviews(): Promise<string[]> {
    const args = ['get', 'ckptrv', '-n', this.namespace, '-o', 'name'];
    return (await this.environment.controlPlane.mustKubectl(args)).split('\n').filter((name) => name !== '');
  }

  /** A verdict by the API, as `kubectl create` gives it, whole also where no webhook stamps it. */
  review(kubeconfig: string, asked: Checkpoint, verdict: 'Approve' | 'Deny', rest: object = {}) {
    const { name, uid } = asked.metadata;
    const review = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointReview',
      metadata: { generateName: 'review-', namespace: this.namespace, ...ownedBy(asked) },
      spec: { checkpoint: { name, uid }, verdict, ...rest },
    };
    return this.environment.controlPlane.kubectl(['create', '-f', '-'], {
      input: JSON.stringify(review),
      kubeconfig,
    });
  }
}

/** Starts an environment before a file's tests and stops it after them. */
export function withEnvironment(
  options: TestEnvironmentOptions,
  plane: ControlPlaneOptions = {},
): () => E2EEnvironment {
  return started(() => E2EEnvironment.start(options, plane));
}

/** All the text of a message's blocks, for what a person can read there. */
export function textOf(message: DeskMessage): string {
  return JSON.stringify(message.blocks ?? []);
}
