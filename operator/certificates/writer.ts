import type { KubeClient } from '../kube/client.ts';
import type { EventWriter } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Pair } from './material.ts';
import { issued } from './metrics.ts';
import type { Observation } from './observation.ts';
import type { Trust, View, Write } from './plan.ts';
import { type Contents, newSecret, SECRETS, type Secret, withContents } from './secret.ts';

interface WriterOptions {
  readonly client: Pick<KubeClient, 'create' | 'replace'>;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly hosts: readonly string[];
  readonly events: Pick<EventWriter, 'write'>;
  readonly log: Logger;
  readonly lifetimes: Lifetimes;
}

/** Issues what the plan asks for, and stores it. */
export class SecretWriter {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** @throws ApiError, a conflict or AlreadyExists where another process was first: then its Secret counts */
  async write(write: Write | Trust, { secret, view }: Observation): Promise<void> {
    const { client, secret: ref } = this.#options;
    const contents = await this.#contents(write, view);
    const stored =
      secret === undefined
        ? await client.create<Secret>(SECRETS, newSecret(ref, contents))
        : await client.replace<Secret>(SECRETS, withContents(secret, contents));
    this.#tell(write, stored);
  }

  async #contents(write: Write | Trust, { material, now }: View): Promise<Contents> {
    if (write.issue === 'Nothing') return { authorities: write.authorities };
    // Loaded when it is needed: the library behind it makes a start 50 ms longer.
    const { newAuthority, newCertificate } = await import('./issue.ts');
    const { hosts, lifetimes } = this.#options;
    const sign = (signer: Pair): Promise<Pair> => newCertificate(signer, hosts, { now, lifetimes });
    if (write.issue === 'Authority') {
      const signer = await newAuthority({ now, lifetimes });
      return {
        authorities: [signer.certificate, ...write.trusted],
        authorityKey: signer.key,
        serving: write.serving ?? (await sign(signer)),
      };
    }
    if (material?.signer === undefined) throw new Error('nothing can sign a certificate');
    return { serving: await sign(material.signer) };
  }

  #tell(write: Write | Trust, object: Secret): void {
    const { events, log } = this.#options;
    const { issue, why } = write;
    const { name } = object.metadata;
    if (write.issue === 'Nothing') {
      log.info({ secret: name, why }, 'the list of trusted authorities of the webhook has changed');
      return;
    }
    const { cause } = write;
    issued.inc({ issued: issue, cause });
    const isMended = cause === 'Damaged';
    const what = `the webhook has a new ${issue.toLowerCase()}`;
    log[isMended ? 'warn' : 'info']({ secret: name, cause, why }, what);
    events.write({
      object,
      type: isMended ? 'Warning' : 'Normal',
      reason: `${issue}Issued`,
      action: 'Renew',
      note: `${what}: ${why}`,
    });
  }
}
