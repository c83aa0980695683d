/** Two hundred messages of a history, each as long as Slack lets one be, are less. */
const ANSWER_BYTES = 16 * 1024 * 1024;

/** Where Slack asks to wait and does not say how long. */
const DEFAULT_RETRY_SECONDS = 30;
/** Nobody is told to wait longer: a header may be wrong, and then nothing would be sent for good. */
const LONGEST_RETRY_SECONDS = 3600;

/** Answers that have no body. Source: the Fetch standard, null body status. */
const BODILESS = new Set([101, 103, 204, 205, 304]);

/**
 * Reads each answer whole, up to a bound, before the client sees it: the client itself would read on without end, and a
 * body that breaks off would be an error of no known kind. A 429 always has a `Retry-After` that the client understands.
 * @throws Error where the body is longer than the bound, or breaks off.
 */
export function boundedFetch(
  fetch: typeof globalThis.fetch,
  limit: number = ANSWER_BYTES,
): typeof globalThis.fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const body = await readBounded(answer, limit);
    const { status, statusText } = answer;
    const headers = new Headers(answer.headers);
    // They describe the body as it was sent, packed; this one is unpacked.
    headers.delete('content-encoding');
    headers.delete('content-length');
    if (status === 429) headers.set('retry-after', String(retrySeconds(headers.get('retry-after'))));
    return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers });
  };
}

async function readBounded({ body }: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error cancels the stream, and with it the connection.
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Whole seconds, at least one. */
function retrySeconds(header: string | null): number {
  const seconds = /^\d{1,9}$/.test(header?.trim() ?? '') ? Number(header) : DEFAULT_RETRY_SECONDS;
  return Math.min(Math.max(seconds, 1), LONGEST_RETRY_SECONDS);
}
