import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../tools/cluster/cluster.ts';
import { RawApi } from './raw-api.ts';

/** What keeps a Checkpoint's spec as it is, before the operator looks. In the order in which the API server asks. */
export type Layer = 'schema' | 'policy' | 'webhook';

const REFUSALS: Record<Layer, string> = {
  schema: 'is invalid: spec: Invalid value: spec is immutable',
  policy: "ValidatingAdmissionPolicy 'approvalgate-frozen'",
  webhook: 'admission webhook "validate.approvalgate.dev" denied the request: spec: is immutable',
};

const POLICY = ['validatingadmissionpolicybinding', 'approvalgate-frozen'];
const WEBHOOK = ['validatingwebhookconfiguration', 'approvalgate'];
const CRD = ['crd', 'checkpoints.approvalgate.dev'];
const RULES = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations';

const IN_FORCE_MS = 60_000;

interface Saved {
  readonly policy: string;
  readonly webhook: string;
  readonly rules: unknown;
}

/** Which layer refused something; what else was said where none of them did. */
export function refuserOf(message: string | undefined): string {
  const layers = Object.keys(REFUSALS) as Layer[];
  return layers.find((layer) => message?.includes(REFUSALS[layer])) ?? message ?? 'nobody';
}

/** The layers of a cluster, each of which can be taken away and put back. */
export class Layers {
  readonly #cluster: Cluster;
  readonly #api: RawApi;
  /** `namespaces/NAMESPACE/checkpoints/NAME` of one that may be tried on; nothing that is tried is stored. */
  readonly #probe: string;
  #saved: Saved | undefined;

  constructor(cluster: Cluster, probe: string) {
    this.#cluster = cluster;
    this.#api = new RawApi(cluster.kubeconfig);
    this.#probe = probe;
  }

  /** Resolves when these layers refuse a change, and no other does. */
  async only(...layers: readonly Layer[]): Promise<void> {
    this.#saved ??= await this.#save();
    await this.#removeAll(this.#saved);
    await this.#until('nobody');
    for (const layer of (['webhook', 'policy', 'schema'] as const).filter((each) => layers.includes(each))) {
      await this.#restore(layer, this.#saved);
      await this.#until(layer);
    }
  }

  close(): void {
    this.#api.close();
  }

  async #save(): Promise<Saved> {
    const get = (object: readonly string[]) =>
      this.#cluster.mustKubectl(['get', ...object, '-o', 'json']).then(withoutServerFields);
    const crd = JSON.parse(await this.#cluster.mustKubectl(['get', ...CRD, '-o', 'json'])) as object;
    const rules = RULES.split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], crd);
    return { policy: await get(POLICY), webhook: await get(WEBHOOK), rules };
  }

  async #removeAll({ rules }: Saved): Promise<void> {
    for (const object of [POLICY, WEBHOOK])
      await this.#cluster.mustKubectl(['delete', ...object, '--ignore-not-found']);
    // Put there before it is taken away: where it is missing a patch that removes it fails.
    await this.#patchCrd([
      { op: 'add', path: RULES, value: rules },
      { op: 'remove', path: RULES },
    ]);
  }

  async #restore(layer: Layer, saved: Saved): Promise<void> {
    if (layer === 'schema') return this.#patchCrd([{ op: 'add', path: RULES, value: saved.rules }]);
    await this.#cluster.mustKubectl(['create', '-f', '-'], { input: saved[layer] });
  }

  async #patchCrd(patch: object): Promise<void> {
    await this.#cluster.mustKubectl(['patch', ...CRD, '--type=json', '-p', JSON.stringify(patch)]);
  }

  /** A policy, a schema and a webhook take effect some time after they are written. */
  async #until(refuser: string): Promise<void> {
    const spec = { timeoutSeconds: 61 };
    for (const deadline = Date.now() + IN_FORCE_MS; Date.now() < deadline; await delay(50)) {
      const { status, body } = await this.#api.change(`${this.#probe}?dryRun=All`, 'merge', { spec });
      if ((status === 200 ? 'nobody' : refuserOf(body.message)) === refuser) return;
    }
    throw new Error(`after ${IN_FORCE_MS / 1000} s a change is not refused by ${refuser}`);
  }
}

function withoutServerFields(text: string): string {
  const object = JSON.parse(text) as { metadata: { name: string } };
  return JSON.stringify({ ...object, metadata: { name: object.metadata.name } });
}
