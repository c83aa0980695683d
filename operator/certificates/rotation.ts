import { REGISTRATION_TYPES, type ResourceType } from '../../crds/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Cacheable } from '../kube/object-cache.ts';
import { WorkQueue } from '../kube/queue.ts';
import { Reflector } from '../kube/reflector.ts';
import { REGISTRATION } from './registrations.ts';
import { Rotator, type RotatorOptions } from './rotator.ts';
import { SECRETS } from './secret.ts';

export interface RotationOptions extends RotatorOptions {
  readonly client: KubeClient;
}

/** Runs a rotator whenever one of the objects changes that it depends on, and when it asks to be run. */
export class Rotation {
  readonly rotator: Rotator;
  readonly #options: RotationOptions;

  constructor(options: RotationOptions) {
    this.#options = options;
    this.rotator = new Rotator(options);
  }

  /** Until the signal aborts; resolves when what ran has ended. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, secret } = this.#options;
    const queue = new WorkQueue<'webhook'>({
      name: 'certificates',
      workers: 1,
      log,
    });
    const onChange = (): void => queue.add('webhook');
    const watches = [
      this.#follow(SECRETS, onChange, secret),
      ...REGISTRATION_TYPES.map((type) => this.#follow(type, onChange, { name: REGISTRATION })),
    ];
    queue.add('webhook');
    queue.start(() => this.rotator.run());
    await Promise.all(watches.map((watch) => watch.run(signal)));
    await queue.stop();
  }

  /** One object, so that the right to see it can be given by its name. */
  #follow(
    type: ResourceType,
    onChange: () => void,
    ref: { namespace?: string; name: string },
  ): Reflector<Cacheable> {
    const { client, log } = this.#options;
    const { name, ...namespace } = ref;
    return new Reflector({
      client,
      log,
      type,
      onChange,
      query: { fieldSelector: `metadata.name=${name}`, ...namespace },
    });
  }
}
