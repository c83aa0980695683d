import type { RequestHandler } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Where an answer leaves its code, which is not the HTTP status: a refusal is a 200 over HTTP. */
export const CODE = 'admissionCode';

/** Makes a middleware that counts and times the requests of one path, from before the body is read. */
export function measureOn(registry: Registry): (webhook: string) => RequestHandler {
  const registers = [registry];
  const requests = new Counter({
    name: 'controller_runtime_webhook_requests_total',
    help: 'Admission requests by path and answer: 200 allowed, 403 and 422 refused, 500 could not be checked, other 4xx malformed.',
    labelNames: ['webhook', 'code'],
    registers,
  });
  const latency = new Histogram({
    name: 'controller_runtime_webhook_latency_seconds',
    help: 'How long an admission request took, from its headers to its answer.',
    labelNames: ['webhook'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  return (webhook) => (_request, response, next) => {
    const stop = latency.startTimer({ webhook });
    response.once('finish', () => {
      const code: unknown = response.locals[CODE] ?? response.statusCode;
      requests.inc({ webhook, code: String(code) });
      stop();
    });
    next();
  };
}
