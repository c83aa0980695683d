import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';
import { toError } from '../operator/errors.ts';
import type { Logger } from '../operator/log.ts';
import { parseReview, reviewOf } from './admission.ts';
import { type Handler, mutator, validator } from './handlers.ts';
import type { ReviewDeps } from './review.ts';

/** As Go's webhook servers: an object of the API server's own limit, twice, with the request around it. */
const BODY_LIMIT = '7mb';

export interface WebhookDeps extends ReviewDeps {
  readonly log: Logger;
  readonly registry: Registry;
}

/** The webhook as an express app; another module listens. */
export function buildWebhook(deps: WebhookDeps): Express {
  const metrics = metricsOn(deps.registry);
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_, response) => void response.send('ok'));
  app.use(express.json({ limit: BODY_LIMIT, type: () => true }));
  for (const [path, handler] of Object.entries({ '/mutate': mutator(deps), '/validate': validator() })) {
    app.post(path, serve(path, handler, metrics));
  }
  app.use(answerError(deps.log));
  return app;
}

function serve(path: string, handler: Handler, metrics: Metrics): RequestHandler {
  return async (request, response) => {
    const stop = metrics.latency.startTimer({ webhook: path });
    const admission = parseReview(request.body);
    const answer = await handler(admission);
    response.json(reviewOf(admission.uid, answer));
    metrics.requests.inc({ webhook: path, code: answer.allowed ? 200 : answer.code });
    stop();
  };
}

/** What is no AdmissionReview is the caller's fault; what fails on the way is a refusal, as failurePolicy says. */
function answerError(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const { status } = error as { status?: unknown };
    const code = typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
    log.warn({ code, error: toError(error).message }, 'an admission request could not be answered');
    response.status(code).json({ error: toError(error).message.slice(0, 200) });
  };
}

interface Metrics {
  readonly requests: Counter<'webhook' | 'code'>;
  readonly latency: Histogram<'webhook'>;
}

function metricsOn(registry: Registry): Metrics {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'controller_runtime_webhook_requests_total',
      help: 'Admission requests by answer.',
      labelNames: ['webhook', 'code'],
      registers,
    }),
    latency: new Histogram({
      name: 'controller_runtime_webhook_latency_seconds',
      help: 'How long an admission request took.',
      labelNames: ['webhook'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
  };
}
