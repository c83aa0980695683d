const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** All in milliseconds. docs/decisions/0013-own-certificates.md says why they are what they are. */
export interface Lifetimes {
  /** An authority is valid for so long, and followed by another when so much of it is left. */
  readonly authority: number;
  readonly authorityRenewal: number;
  /** The same of what the webhook serves. */
  readonly certificate: number;
  readonly certificateRenewal: number;
  /** Valid from so long ago, for an API server whose clock is behind. */
  readonly backdated: number;
  /** How long a bundle must have been published before a certificate that needs it is served: API servers follow it by a watch. */
  readonly settling: number;
  /** How long an older authority stays trusted after the last certificate by it was replaced. */
  readonly overlap: number;
  /** How long a process leaves in a bundle what it does not know: another replica may be about to say that it serves by it. */
  readonly holding: number;
  /** Everything is looked at so often even where nothing is heard. */
  readonly looking: number;
}

export const LIFETIMES: Lifetimes = {
  authority: 3650 * DAY_MS,
  authorityRenewal: 365 * DAY_MS,
  certificate: 90 * DAY_MS,
  certificateRenewal: 30 * DAY_MS,
  backdated: DAY_MS,
  settling: 30 * SECOND_MS,
  overlap: HOUR_MS,
  holding: 30 * SECOND_MS,
  looking: 10 * 60 * SECOND_MS,
};
