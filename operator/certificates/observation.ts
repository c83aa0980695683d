import type { X509Certificate } from 'node:crypto';
import { REGISTRATION_TYPES } from '../../crds/names.ts';
import type { KubeClient } from '../kube/client.ts';
import { type KeyMaterial, readMaterial, type Serving } from './material.ts';
import type { View } from './plan.ts';
import { bundlesOf, REGISTRATION, type Registration } from './registrations.ts';
import { requestedOf, SECRETS, type Secret } from './secret.ts';
import { Sightings } from './sightings.ts';
import { includes } from './x509.ts';

interface ObserverOptions {
  readonly client: Pick<KubeClient, 'get' | 'clock'>;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly hosts: readonly string[];
}

/** What is stored, all read from the store itself. */
export interface Observation {
  readonly secret: Secret | undefined;
  /** In the order of `REGISTRATION_TYPES`; undefined where there is none. */
  readonly registrations: readonly (Registration | undefined)[];
  readonly view: View;
}

/** Reads what the plan depends on, and remembers for how long it has been so. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #sightings = new Sightings();

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** `at` is by a clock that never goes back. @throws ApiError */
  async look(served: Serving | undefined, at: () => number): Promise<Observation> {
    const { client, secret: ref, hosts } = this.#options;
    const registrations = await Promise.all(
      REGISTRATION_TYPES.map((type) => client.get<Registration>(type, { name: REGISTRATION })),
    );
    // After them: so a bundle is never younger than the Secret that it is compared with, unless its write is refused.
    const secret = await client.get<Secret>(SECRETS, ref);
    const now = client.clock.now();
    const material = secret && readMaterial(secret.data ?? {}, hosts, now);
    const bundles = registrations.flatMap((each) => (each ? bundlesOf(each) : []));
    const seenMs = this.#seen(material, bundles, at());
    const view = { material, requested: requestedOf(secret), bundles, served, now, seenMs };
    return { secret, registrations, view };
  }

  #seen(
    { authorities, serving }: Pick<KeyMaterial, 'authorities' | 'serving'> = { authorities: [] },
    bundles: View['bundles'],
    at: number,
  ): View['seenMs'] {
    const isTrusted = (authority: X509Certificate): boolean =>
      bundles.length > 0 && bundles.every((held) => includes(held, authority));
    const trust = (authority: X509Certificate | undefined): string => `trust in ${authority?.fingerprint256}`;
    const list = `authorities ${authorities.map(({ fingerprint256 }) => fingerprint256)}`;
    const certificate = `certificate ${serving?.certificate.fingerprint256}`;
    this.#sightings.see([...authorities.filter(isTrusted).map(trust), list, certificate], at);
    const forMs = (name: string): number => this.#sightings.forMs(name, at);
    return {
      newestTrusted: forMs(trust(authorities[0])),
      servingTrusted: forMs(trust(serving?.authority)),
      authorities: forMs(list),
      serving: forMs(certificate),
    };
  }
}
