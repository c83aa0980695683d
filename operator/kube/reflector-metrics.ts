import { Counter, Gauge } from 'prom-client';
import { registry } from '../metrics.ts';

const registers = [registry];

const events = new Counter({
  name: 'approvalgate_reflector_events_total',
  help: 'Watch events that changed the cache.',
  labelNames: ['resource'],
  registers,
});
const relists = new Counter({
  name: 'approvalgate_reflector_relists_total',
  help: 'Full lists after the first, by reason.',
  labelNames: ['resource', 'reason'],
  registers,
});
const restarts = new Counter({
  name: 'approvalgate_reflector_watch_restarts_total',
  help: 'Watches that ended cleanly and were resumed.',
  labelNames: ['resource'],
  registers,
});
const failures = new Counter({
  name: 'approvalgate_reflector_failures_total',
  help: 'Lists and watches that failed.',
  labelNames: ['resource'],
  registers,
});
const objects = new Gauge({
  name: 'approvalgate_reflector_objects',
  help: 'Objects in the cache.',
  labelNames: ['resource'],
  registers,
});
const heard = new Gauge({
  name: 'approvalgate_reflector_last_heard_timestamp_seconds',
  help: 'When the API server last sent an event, a bookmark or a list.',
  labelNames: ['resource'],
  registers,
});

/** The metrics of the reflector of one kind. */
export function reflectorMetrics(resource: string) {
  return {
    events: events.labels(resource),
    relists: { inc: ({ reason }: { reason: string }) => relists.inc({ resource, reason }) },
    restarts: restarts.labels(resource),
    failures: failures.labels(resource),
    objects: objects.labels(resource),
    heard: heard.labels(resource),
  };
}
