import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { toError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { InFlight } from './in-flight.ts';
import { oddityOf } from './payload.ts';
import { countRefusal } from './refusals.ts';
import type { SlackSecrets } from './secrets.ts';
import { refusalOf } from './verify.ts';

const BODY_LIMIT = '1mb';
/** Slack shows the person an error after three seconds without an answer. */
const ACK_MS = 2_900;
/** How long a body that was served is remembered; a signature is good for five minutes either way. */
const REPLAY_MS = 600_000;

interface HttpReceiverDeps {
  readonly secrets: SlackSecrets;
  readonly running: InFlight;
  readonly log: Logger;
  now(): Date;
}

/**
 * Takes Slack's signed requests on a router that is mounted on our own server. Bolt's receiver takes one secret, lets
 * future times and replays through, and answers a charset in the content type with 400.
 */
export class HttpReceiver implements Receiver {
  readonly router: Router;
  readonly #deps: HttpReceiverDeps;
  readonly #served = new Map<string, number>();
  #app: App | undefined;

  constructor(deps: HttpReceiverDeps) {
    this.#deps = deps;
    this.router = express.Router();
    this.router.post(
      '/slack/events',
      express.raw({ type: () => true, limit: BODY_LIMIT }),
      (request, response) => this.#serve(request, response),
    );
    this.router.use((_, response) => refuse(response, 404, 'UnknownPath'));
    this.router.use(refuseUnread);
  }

  init(app: App): void {
    this.#app = app;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.header('x-slack-signature');
    const signed = { signature, timestamp: request.header('x-slack-request-timestamp'), rawBody };
    const refusal = refusalOf(signed, this.#deps.secrets.signingSecrets(), this.#deps.now());
    if (refusal !== undefined) return refuse(response, 401, refusal);
    if (this.#isReplay(signature ?? '')) return refuse(response, 409, 'Replayed');
    const body = parseBody(rawBody);
    if (body === undefined) return refuse(response, 400, 'UnreadableBody');
    if (body['type'] === 'url_verification') return void response.json({ challenge: body['challenge'] });
    const oddity = oddityOf(body);
    if (oddity !== undefined) return refuse(response, 400, oddity);
    await this.#process(body, response);
  }

  async #process(body: Record<string, unknown>, response: Response): Promise<void> {
    const late = setTimeout(() => !response.headersSent && refuse(response, 503, 'NotAcknowledged'), ACK_MS);
    const ack: ReceiverEvent['ack'] = (answer) => {
      clearTimeout(late);
      if (!response.headersSent) {
        if (typeof answer === 'object') response.json(answer);
        else response.status(200).send(answer ?? '');
      }
      return Promise.resolve();
    };
    try {
      await this.#deps.running.follow(Promise.resolve(this.#app?.processEvent({ body, ack })));
    } catch (error) {
      this.#deps.log.warn({ error: toError(error).message }, 'a request from Slack failed');
      clearTimeout(late);
      if (!response.headersSent) refuse(response, 500, 'Failed');
    }
  }

  /** Within this process; another replica finds the review of the first delivery there. */
  #isReplay(signature: string): boolean {
    const now = this.#deps.now().getTime();
    for (const [known, until] of this.#served) if (until < now) this.#served.delete(known);
    if (this.#served.has(signature)) return true;
    this.#served.set(signature, now + REPLAY_MS);
    return false;
  }
}

function refuse(response: Response, status: number, cause: string): void {
  countRefusal(cause);
  response.status(status).json({ error: cause });
}

/** Before a body is read nobody is known: such a sender is told nothing but the cause, and is counted. */
const refuseUnread: ErrorRequestHandler = (
  error: { readonly status?: unknown },
  _request,
  response,
  _next,
) => {
  if (error.status === 413) refuse(response, 413, 'BodyTooLarge');
  else refuse(response, 400, 'UnreadableBody');
};

/** Interactions come as a form with a JSON field, everything else as JSON. */
function parseBody(rawBody: Buffer): Record<string, unknown> | undefined {
  const text = rawBody.toString('utf8');
  try {
    const json = text.startsWith('{') ? text : new URLSearchParams(text).get('payload');
    const parsed: unknown = JSON.parse(json ?? '');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch {
    return undefined;
  }
}
