import type { Express } from 'express';
import express from 'express';
import type { Registry } from 'prom-client';

interface HealthDeps {
  readonly registry: Registry;
  /** Sentences on what the process still waits for; empty when it can do its work. */
  notReady(): Promise<string[]>;
  /** Sentences on what it does not see of the API server now, though it did before. Asks it, which may take seconds. */
  outOfSight(): Promise<string[]>;
  /** Why the process should be ended and started anew; undefined while nothing is wrong that it cannot mend itself. */
  dead(): string | undefined;
  /** Sentences on what works badly but does not stop it, e.g. Slack; shown by /readyz, never failing it. */
  warnings(): string[];
}

/**
 * /healthz: the process answers, and need not be ended. /readyz: what it needs is there; with `?exclude=sight`, as
 * Kubernetes' own servers have it, whether it can answer admission, which needs no sight. /metrics: for Prometheus.
 */
export function buildHealth({ registry, notReady, outOfSight, dead, warnings }: HealthDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_, response) => {
    const why = dead();
    response
      .status(why === undefined ? 200 : 500)
      .type('text')
      .send(`${why ?? 'ok'}\n`);
  });
  app.get('/readyz', async ({ query }, response) => {
    const unseen = query['exclude'] === 'sight' ? [] : outOfSight();
    const missing = (await Promise.all([notReady(), unseen])).flat();
    const lines = [...missing, ...warnings().map((warning) => `warning: ${warning}`)];
    response
      .status(missing.length > 0 ? 503 : 200)
      .type('text')
      .send(`${lines.join('\n') || 'ok'}\n`);
  });
  app.get('/metrics', async (_, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return app;
}
