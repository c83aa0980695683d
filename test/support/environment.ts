import { afterAll, beforeAll } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointSpec, Notification } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../tools/cluster/control-plane.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { MIA, Stage, type StageOptions, TOM } from '../../tools/environment/environment.ts';
import { agentIn, apply, approver, link } from '../../tools/environment/people.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { eventually, PATIENCE_MS } from './eventually.ts';
import { ownedBy } from './owned-by.ts';

/** A stage of a test file's own, with the helpers that flows need. */
export class Flow {
  readonly controlPlane: ControlPlane;
  readonly stage: Stage;
  readonly admin: KubeClient;
  #namespaces = 0;

  private constructor(controlPlane: ControlPlane, stage: Stage) {
    this.controlPlane = controlPlane;
    this.stage = stage;
    this.admin = loadKubeClient({ kubeconfig: controlPlane.kubeconfig });
  }

  static async start(options: StageOptions, plane: ControlPlaneOptions = {}): Promise<Flow> {
    const controlPlane = await startControlPlane(plane);
    const flow = new Flow(controlPlane, await Stage.set(controlPlane, options));
    await link(controlPlane, MIA, 'mia');
    await link(controlPlane, TOM, 'tom', ['finance']);
    return flow;
  }

  async stop(): Promise<void> {
    await this.stage.strike();
    await this.admin.close();
    await this.controlPlane.stop();
  }

  /** A namespace with an agent that may ask and two people who may decide. */
  async room(): Promise<Room> {
    this.#namespaces += 1;
    const namespace = `room-${this.#namespaces}`;
    const kubeconfig = await agentIn(this.controlPlane, namespace);
    await approver(this.controlPlane, namespace, 'mia');
    await approver(this.controlPlane, namespace, 'tom');
    return new Room(this, namespace, kubeconfig);
  }
}

export class Room {
  readonly flow: Flow;
  readonly namespace: string;
  readonly agentKubeconfig: string;
  readonly agent: Agent;

  constructor(flow: Flow, namespace: string, agentKubeconfig: string) {
    this.flow = flow;
    this.namespace = namespace;
    this.agentKubeconfig = agentKubeconfig;
    this.agent = new Agent(agentKubeconfig, namespace);
  }

  /** Applies a rule and waits until it is in force. */
  async rule(name: string, spec: object): Promise<void> {
    const { controlPlane } = this.flow;
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
    return this.flow.admin.get<Checkpoint>(CHECKPOINTS, { namespace: this.namespace, name: metadata.name });
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
    const messages = await this.flow.stage.desk.messages(channel);
    const found = messages.find(({ ts }) => ts === messageID);
    if (found === undefined) throw new Error(`no message ${messageID} in ${channel}`);
    return found;
  }

  /** The names of all reviews here. */
  async reviews(): Promise<string[]> {
    const args = ['get', 'ckptrv', '-n', this.namespace, '-o', 'name'];
    return (await this.flow.controlPlane.mustKubectl(args)).split('\n').filter((name) => name !== '');
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
    return this.flow.controlPlane.kubectl(['create', '-f', '-'], {
      input: JSON.stringify(review),
      kubeconfig,
    });
  }
}

/** Starts a flow before a file's tests and stops it after them. */
export function withFlow(options: StageOptions, plane: ControlPlaneOptions = {}): () => Flow {
  let flow: Flow | undefined;
  beforeAll(async () => {
    flow = await Flow.start(options, plane);
  });
  afterAll(() => flow?.stop());
  return () => {
    if (flow === undefined) throw new Error('the stage is not set');
    return flow;
  };
}

/** All the text of a message's blocks, for what a person can read there. */
export function textOf(message: DeskMessage): string {
  return JSON.stringify(message.blocks ?? []);
}
