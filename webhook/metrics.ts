import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { registry } from '../operator/metrics.ts';

/** Where an answer leaves its code, which is not the HTTP status: a refusal is a 200 over HTTP. */
export const CODE = 'admissionCode';

/** Named after controller-runtime's, so that known alerts fit. */
export const certificateReads = {
  all: new Counter({
    name: 'certwatcher_read_certificate_total',
    help: 'How often a certificate for the webhook was read from files or was given.',
    registers: [registry],
  }),
  failed: new Counter({
    name: 'certwatcher_read_certificate_errors_total',
    help: 'Certificates for the webhook that could not be read or used.',
    registers: [registry],
  }),
};

/** Named after cert-manager's `certmanager_certificate_expiration_timestamp_seconds`. */
export const certificateExpiration = new Gauge({
  name: 'approvalgate_webhook_certificate_expiration_timestamp_seconds',
  help: 'When the certificate that the webhook serves ends, in seconds since the epoch.',
  registers: [registry],
});
// Who serves none, as a process without admission, says nothing: a zero would read as one that ended in 1970.
certificateExpiration.remove();

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
