import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import { toError } from '../operator/errors.ts';
import type { Logger } from '../operator/log.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  parseReview,
  refused,
  reviewOf,
} from './admission.ts';
import { type Handler, mutator, validator } from './handlers.ts';
import { CODE, measureOn } from './metrics.ts';
import type { ReviewDeps } from './review.ts';

/** As Go's webhook servers: an object of the API server's own limit, twice, with the request around it. */
const BODY_LIMIT = '7mb';

interface WebhookDeps extends ReviewDeps {
  readonly log: Logger;
  readonly registry: Registry;
}

/** The webhook as an express app: /mutate, /validate, /healthz. Another module listens. */
export function buildWebhook(deps: WebhookDeps): Express {
  const measure = measureOn(deps.registry);
  const readBody = express.json({ limit: BODY_LIMIT, type: () => true });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_, response) => void response.type('text').send('ok\n'));
  for (const [path, handler] of Object.entries({ '/mutate': mutator(deps), '/validate': validator() })) {
    app.post(path, measure(path), readBody, answer(handler, deps.log));
    app.all(path, notAllowed);
  }
  app.use(notFound, answerMalformed(deps.log));
  return app;
}

const notAllowed: RequestHandler = (_, response) =>
  void response.status(405).set('Allow', 'POST').json({ error: 'an AdmissionReview is sent by POST' });

const notFound: RequestHandler = (_, response) =>
  void response.status(404).json({ error: 'there are /mutate, /validate and /healthz' });

function answer(handler: Handler, log: Logger): RequestHandler {
  return async (request, response) => {
    const admission = parseReview(request.body);
    const result = await answerOf(handler, admission, log);
    response.locals[CODE] = result.allowed ? 200 : result.code;
    response.json(reviewOf(admission.uid, result));
  };
}

/** What cannot be checked is refused, in words that a client can show; the cause is for the log. */
async function answerOf(
  handler: Handler,
  admission: AdmissionRequest,
  log: Logger,
): Promise<AdmissionResponse> {
  try {
    return await handler(admission);
  } catch (error) {
    const { kind, operation, namespace } = admission;
    log.error(
      { kind, operation, namespace, error: toError(error).message },
      'an object could not be checked',
    );
    return refused(500, ['the admission webhook could not check this, so nothing was stored; try again']);
  }
}

/** Bodies that are no JSON, too large, or no AdmissionReview. */
function answerMalformed(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const { status } = error as { status?: unknown };
    const code = typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
    const message = toError(error).message.slice(0, 200);
    log.warn({ code, error: message }, 'a request to the webhook is malformed');
    response.status(code).json({ error: code === 500 ? 'the admission webhook failed' : message });
  };
}
