import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a request's time may be from ours, either way. Slack's guide says five minutes. */
const TOLERANCE_SECONDS = 300;

interface SignedRequest {
  readonly signature: string | undefined;
  /** Seconds since the epoch, as the header says it. */
  readonly timestamp: string | undefined;
  readonly rawBody: Buffer;
}

export type SignatureRefusal = 'MissingHeaders' | 'StaleTimestamp' | 'FutureTimestamp' | 'WrongSignature';

/**
 * Whether Slack signed this body just now: HMAC-SHA256 over `v0:timestamp:body`. Undefined when it did.
 * Source: Slack's guide on verifying requests; Bolt's own check has no bound on future times.
 */
export function refusalOf(
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
): SignatureRefusal | undefined {
  const { signature, timestamp, rawBody } = request;
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return 'MissingHeaders';
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (age > TOLERANCE_SECONDS) return 'StaleTimestamp';
  if (age < -TOLERANCE_SECONDS) return 'FutureTimestamp';
  const signed = secrets.some((secret) => equal(signature, sign(secret, timestamp, rawBody)));
  return signed ? undefined : 'WrongSignature';
}

export function sign(secret: string, timestamp: string, rawBody: Buffer): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`;
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
