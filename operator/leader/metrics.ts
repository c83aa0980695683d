import { Counter, Gauge } from 'prom-client';
import { registry } from '../metrics.ts';

const registers = [registry];

const leads = new Gauge({
  name: 'leader_election_master_status',
  help: '1 while this process leads, 0 while it stands by.',
  labelNames: ['name'],
  registers,
});
const slowPaths = new Counter({
  name: 'leader_election_slowpath_total',
  help: 'Renewals for which the leader had to read its Lease first.',
  labelNames: ['name'],
  registers,
});

/** The metrics of one election, named as client-go's, so that known dashboards and alerts fit. */
export function electionMetrics(name: string) {
  const status = leads.labels(name);
  status.set(0);
  return { leads: (does: boolean) => status.set(does ? 1 : 0), slowPath: slowPaths.labels(name) };
}
