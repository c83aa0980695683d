import { Counter, Gauge, Histogram } from 'prom-client';
import { registry } from '../metrics.ts';

const registers = [registry];
const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

const depth = new Gauge({
  name: 'workqueue_depth',
  help: 'Keys that are due and wait for a worker.',
  labelNames: ['name'],
  registers,
});
const adds = new Counter({
  name: 'workqueue_adds_total',
  help: 'Keys that were added or brought forward.',
  labelNames: ['name'],
  registers,
});
const waited = new Histogram({
  name: 'workqueue_queue_duration_seconds',
  help: 'How long a due key waited for a worker.',
  labelNames: ['name'],
  buckets,
  registers,
});
const worked = new Histogram({
  name: 'workqueue_work_duration_seconds',
  help: 'How long a run took.',
  labelNames: ['name'],
  buckets,
  registers,
});
const runs = new Counter({
  name: 'controller_runtime_reconcile_total',
  help: 'Runs by result.',
  labelNames: ['controller', 'result'],
  registers,
});

/** The metrics of one queue, named after controller-runtime's, so that known dashboards fit. */
export function queueMetrics(name: string) {
  return {
    depth: depth.labels(name),
    adds: adds.labels(name),
    waited: waited.labels(name),
    worked: worked.labels(name),
    result: (result: string) => runs.inc({ controller: name, result }),
  };
}
