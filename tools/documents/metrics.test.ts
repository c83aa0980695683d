import { join } from 'node:path';
import { expect, it } from 'vitest';
import { metricsOf, missingMetrics } from './metrics.ts';

const METRICS = metricsOf(join(import.meta.dirname, '..', '..'));

it('the metrics are those of all folders, with and without labels', () => {
  expect([...METRICS]).toEqual(
    expect.arrayContaining([
      'approvalgate_blind',
      'approvalgate_clock_offset_seconds',
      'controller_runtime_reconcile_total',
      'leader_election_master_status',
      'certwatcher_read_certificate_total',
    ]),
  );
});

it('a metric that a page names and nothing declares is found', () => {
  const text =
    '`approvalgate_deaf`, `leader_election_master_state{name="x"}` and `approvalgate_review_seconds_median`';
  expect(missingMetrics(METRICS, 'README.md', text)).toEqual([
    { page: 'README.md', name: 'approvalgate_deaf' },
    { page: 'README.md', name: 'leader_election_master_state' },
    { page: 'README.md', name: 'approvalgate_review_seconds_median' },
  ]);
});

it('one that is declared is not, and neither is what is no metric', () => {
  const text =
    '`approvalgate_blind`, `controller_runtime_reconcile_total{result="error"}`, `approvalgate_review_seconds_bucket`, `optional_type`';
  expect(missingMetrics(METRICS, 'README.md', text)).toEqual([]);
});
