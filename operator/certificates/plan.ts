import type { X509Certificate } from 'node:crypto';
import type { Lifetimes } from './lifetimes.ts';
import type { KeyMaterial, Serving } from './material.ts';
import { authoritiesAt, distinct, includes, isSame, isValidAt } from './x509.ts';

/** Why something is issued, as metrics and Events say it. */
type Cause = 'Missing' | 'Damaged' | 'Expiring' | 'Requested' | 'AuthorityReplaced';

/** What an administrator asked for by the Secret's annotation. */
export type Requested = 'Authority' | 'Certificate';

/** Everything that the plan depends on. */
export interface View {
  /** Undefined where there is no Secret. */
  readonly material: KeyMaterial | undefined;
  readonly requested: Requested | undefined;
  /** What each registered webhook trusts. */
  readonly bundles: readonly (readonly X509Certificate[])[];
  /** What this process serves. */
  readonly served: Serving | undefined;
  readonly now: Date;
  /** For how many milliseconds this process has seen what it sees; -1: not at all. */
  readonly seenMs: {
    /** Every webhook trusts the newest authority, and that of the Secret's certificate. */
    readonly newestTrusted: number;
    readonly servingTrusted: number;
    /** The Secret holds these authorities, and this certificate. */
    readonly authorities: number;
    readonly serving: number;
  };
}

/** A write to the Secret. `why` is a sentence for people. */
export type Write = { readonly cause: Cause; readonly why: string } & (
  | {
      readonly issue: 'Authority';
      /** These stay trusted beside it. */
      readonly trusted: readonly X509Certificate[];
      /** This stays in use until the new authority is trusted; undefined where there is nothing that can. */
      readonly serving: Serving | undefined;
    }
  | { readonly issue: 'Certificate' }
);

/** The list of authorities alone changes. */
export interface Trust {
  readonly issue: 'Nothing';
  readonly authorities: readonly X509Certificate[];
  readonly why: string;
}

/**
 * What the Secret lacks. A new authority is written without a certificate by it; that follows when every webhook has trusted the
 * authority for a while, and the older authorities go when nobody can serve by them any more. So whoever starts in
 * between finds a certificate that the API server trusts.
 */
export function writeOf(view: View, lifetimes: Lifetimes): Write | Trust | undefined {
  const { material, requested } = view;
  if (material === undefined) return authority(view, 'Missing', 'there was no Secret');
  const { signer } = material;
  if (signer === undefined) return authority(view, 'Damaged', material.problems.join('; '));
  if (requested === 'Authority') return authority(view, 'Requested', 'it was asked for');
  if (endsWithin(signer.certificate, view.now, lifetimes.authorityRenewal)) {
    return authority(view, 'Expiring', until(signer.certificate));
  }
  return forgotten(view, material) ?? certificateOf(view, signer.certificate, lifetimes);
}

function authority(view: View, cause: Cause, why: string): Write {
  const { material, bundles, served, now } = view;
  const inUse = served && isValidAt(served.certificate, now) ? served : undefined;
  const serving = material?.serving ?? inUse;
  const trusted = [
    ...(serving ? [serving.authority] : []),
    ...(inUse ? [inUse.authority] : []),
    ...(material?.authorities ?? []),
    // Others may serve by these: of a Secret that was deleted, or of whoever looked after the bundle before.
    ...bundles.flat(),
  ];
  return {
    issue: 'Authority',
    cause,
    why,
    serving,
    trusted: authoritiesAt(trusted, now).slice(0, MOST_KEPT),
  };
}

/** So that nothing grows for ever. */
const MOST_KEPT = 4;

/** As when somebody put an older Secret back: what is served must stay trusted until it is replaced. */
function forgotten({ served, now }: View, { authorities }: KeyMaterial): Trust | undefined {
  if (served === undefined || !isValidAt(served.certificate, now)) return undefined;
  if (includes(authorities, served.authority)) return undefined;
  const why = 'the Secret did not hold the authority of the certificate that is served';
  return { issue: 'Nothing', authorities: [...authorities, served.authority], why };
}

function certificateOf(
  { material, requested, now, seenMs }: View,
  newest: X509Certificate,
  lifetimes: Lifetimes,
): Write | Trust | undefined {
  const { serving, authorities = [], problems = [] } = material ?? {};
  if (serving === undefined) return { issue: 'Certificate', cause: 'Damaged', why: problems.join('; ') };
  if (!isSame(serving.authority, newest)) {
    const why = 'there is a newer authority';
    const isSettled = seenMs.newestTrusted >= lifetimes.settling;
    return isSettled ? { issue: 'Certificate', cause: 'AuthorityReplaced', why } : undefined;
  }
  if (requested === 'Certificate') {
    return { issue: 'Certificate', cause: 'Requested', why: 'it was asked for' };
  }
  if (endsWithin(serving.certificate, now, lifetimes.certificateRenewal)) {
    return { issue: 'Certificate', cause: 'Expiring', why: until(serving.certificate) };
  }
  if (authorities.length === 1 || seenMs.serving < lifetimes.overlap) return undefined;
  return { issue: 'Nothing', authorities: [newest], why: 'nothing that older ones have signed is served' };
}

/**
 * What a webhook should trust that trusts `held` now; undefined where the Secret says nothing of it. A process that has just come
 * leaves there what it does not know.
 */
export function bundleOf(
  { material, now, seenMs }: View,
  held: readonly X509Certificate[],
  lifetimes: Lifetimes,
): readonly X509Certificate[] | undefined {
  if (material?.signer === undefined) return undefined;
  if (seenMs.authorities >= lifetimes.holding) return material.authorities;
  return distinct([...material.authorities, ...authoritiesAt(held, now)]);
}

/** Whether what the Secret holds is to be served instead of what is. */
export function isToBeServed(
  { material, served, bundles, now, seenMs }: View,
  lifetimes: Lifetimes,
): boolean {
  const { serving } = material ?? {};
  if (serving === undefined) return false;
  if (served === undefined) return true;
  if (isSame(served.certificate, serving.certificate)) return false;
  if (!isValidAt(served.certificate, now)) return true;
  if (seenMs.servingTrusted >= lifetimes.settling) return true;
  return seenMs.servingTrusted >= 0 && !bundles.every((held) => includes(held, served.authority));
}

/** In how many milliseconds there may be something to do though nothing is heard. */
export function lookAgainMs(
  { material, seenMs, now }: View,
  { authorityRenewal, certificateRenewal, settling, overlap, holding, looking }: Lifetimes,
): number {
  const rest = (seen: number, needed: number): number[] =>
    seen >= 0 && seen < needed ? [needed - seen] : [];
  const renewal = (certificate: X509Certificate | undefined, ahead: number): number[] =>
    certificate ? [Math.max(0, certificate.validToDate.getTime() - ahead - now.getTime())] : [];
  return Math.min(
    looking,
    ...rest(seenMs.newestTrusted, settling),
    ...rest(seenMs.servingTrusted, settling),
    ...rest(seenMs.authorities, holding),
    ...rest(seenMs.serving, overlap),
    ...renewal(material?.signer?.certificate, authorityRenewal),
    ...renewal(material?.serving?.certificate, certificateRenewal),
  );
}

function endsWithin({ validToDate }: X509Certificate, now: Date, ms: number): boolean {
  return validToDate.getTime() - now.getTime() <= ms;
}

function until({ validToDate }: X509Certificate): string {
  return `the one before it is valid until ${validToDate.toISOString()}`;
}
