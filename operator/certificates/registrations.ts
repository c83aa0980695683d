import type { X509Certificate } from 'node:crypto';
import type { ObjectMeta } from '../../crds/types.ts';
import { certificatesOf } from './x509.ts';

/** The chart's name of both configurations. */
export const REGISTRATION = 'approvalgate';

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: { readonly caBundle?: string };
}

export interface Registration {
  readonly metadata: ObjectMeta;
  readonly webhooks?: readonly Webhook[];
}

/** What each of the webhooks trusts. */
export function bundlesOf({ webhooks = [] }: Registration): X509Certificate[][] {
  return webhooks.map(({ clientConfig }) => certificatesOf(textOf(clientConfig.caBundle)));
}

/**
 * The webhooks with the bundle that each should have; `wanted` makes its PEM text of what it holds now, or undefined where
 * it may stay. Undefined where all have it.
 */
export function withBundles(
  { webhooks = [] }: Registration,
  wanted: (held: readonly X509Certificate[]) => string | undefined,
): Webhook[] | undefined {
  let changed = false;
  const all = webhooks.map((webhook) => {
    const held = textOf(webhook.clientConfig.caBundle);
    const text = wanted(certificatesOf(held));
    if (text === undefined || text === held) return webhook;
    changed = true;
    const caBundle = Buffer.from(text).toString('base64');
    return { ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } };
  });
  return changed ? all : undefined;
}

function textOf(caBundle = ''): string {
  return Buffer.from(caBundle, 'base64').toString();
}
