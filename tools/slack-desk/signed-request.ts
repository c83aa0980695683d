import { createHmac } from 'node:crypto';
import { ACK_TIMEOUT_MS } from './sockets.ts';
import { record } from './strict.ts';
import type { Delivery, Json } from './types.ts';

/** How a signed request differs from an honest one. */
export interface Forgery {
  /** Sign with another secret. */
  readonly secret?: string;
  /** Unix seconds; default now. */
  readonly timestamp?: number;
  /** Send this signature as it stands. */
  readonly signature?: string;
  readonly contentType?: string;
  /** Send to this URL instead of the desk's request URL. */
  readonly url?: string;
}

/** Post a payload to the app's request URL as Slack does: form-encoded and signed (scheme v0). */
export async function postSigned(
  payload: Json,
  to: { readonly url: string | undefined; readonly secret: string },
  forgery: Forgery = {},
): Promise<Delivery> {
  const url = forgery.url ?? to.url;
  if (url === undefined) return { delivered: false, acked: false };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = forgery.timestamp ?? Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': forgery.contentType ?? 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': forgery.signature ?? sign(forgery.secret ?? to.secret, timestamp, body),
  };
  const post = async (): Promise<Delivery> => ({ ...(await exchange(url, headers, body)), replay: post });
  return post();
}

/** `v0=` and the HMAC-SHA256 over `v0:timestamp:body`, in hex. */
function sign(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

async function exchange(url: string, headers: Record<string, string>, body: string): Promise<Delivery> {
  try {
    const signal = AbortSignal.timeout(ACK_TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    const text = await answer.text();
    const response = answer.ok && text.startsWith('{') ? record(JSON.parse(text)) : undefined;
    return { delivered: true, acked: answer.ok, status: answer.status, ...(response && { response }) };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return { delivered: timedOut, acked: false };
  }
}
