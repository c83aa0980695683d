import { REGISTRATION_TYPES } from '../../crds/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { Lifetimes } from './lifetimes.ts';
import { restored } from './metrics.ts';
import type { Observation } from './observation.ts';
import { bundleOf } from './plan.ts';
import { type Registration, withBundles } from './registrations.ts';
import { pemOf } from './x509.ts';

interface PublisherOptions {
  readonly client: Pick<KubeClient, 'replace'>;
  readonly log: Logger;
  readonly lifetimes: Lifetimes;
}

/** Brings the bundle into the webhook configurations. It touches nothing else of them, so GitOps tools see no change. */
export class Publisher {
  readonly #options: PublisherOptions;
  /** By kind, the authorities that the configuration held when it was last as it should be. */
  readonly #agreed = new Map<string, string>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Whether there was something to write. @throws ApiError, a conflict where somebody else wrote meanwhile */
  async publish({ registrations, view }: Observation): Promise<boolean> {
    const authorities = pemOf(view.material?.authorities ?? []);
    const writes = REGISTRATION_TYPES.map(async (type, at) => {
      const registration = registrations[at];
      if (registration === undefined) return false;
      const webhooks = withBundles(registration, (held) => {
        const bundle = bundleOf(view, held, this.#options.lifetimes);
        return bundle && pemOf(bundle);
      });
      if (webhooks !== undefined) {
        const changed: Registration = { ...registration, webhooks };
        await this.#options.client.replace<Registration>(type, changed);
        this.#tell(type.kind, registration, this.#agreed.get(type.kind) === authorities);
      }
      this.#agreed.set(type.kind, authorities);
      return webhooks !== undefined;
    });
    return (await Promise.all(writes)).some(Boolean);
  }

  #tell(kind: string, { metadata: { name } }: Registration, wasChanged: boolean): void {
    const { log } = this.#options;
    if (!wasChanged) {
      log.info({ kind, name }, 'the caBundle of a webhook configuration is published');
      return;
    }
    restored.inc({ kind });
    log.warn(
      { kind, name },
      'somebody else had changed the caBundle of a webhook configuration; it is put back',
    );
  }
}
