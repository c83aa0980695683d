import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import '../../operator/admission.ts';
import '../../operator/decider.ts';
import '../../operator/wiring.ts';
import { electionMetrics } from '../../operator/leader/metrics.ts';
import { registerProcessMetrics, registry } from '../../operator/metrics.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { install, webhookCertificate } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { measureOn } from '../../webhook/metrics.ts';
import { CHART, rendered } from '../support/chart.ts';
import { prometheus } from '../support/chart-oracle.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(join(CHART, 'files', file), 'utf8');
const ALERTS = (parse(read('alerts.yaml')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const DASHBOARD = JSON.parse(read('dashboard.json')) as {
  panels: { title: string; gridPos: { x: number; w: number }; targets: { expr: string }[] }[];
};
const EXPRESSIONS = [
  ...ALERTS.map(({ alert, expr }) => [alert, expr] as const),
  ...DASHBOARD.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '5m')] as const),
  ),
];
/** Of the API server; a test below finds it there. */
const API_SERVER = 'apiserver_admission_webhook_rejection_count';
/** Given by Prometheus, to whatever it scrapes. */
const SCRAPED = ['job', 'instance', 'pod', 'le', '__name__'];

/** Every metric of the product with its labels. */
function metrics(): Map<string, readonly string[]> {
  registerProcessMetrics(() => 0);
  measureOn(registry);
  electionMetrics('approvalgate');
  const all = registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    labelNames?: string[];
  }[];
  return new Map(
    all.flatMap(({ name, type, labelNames = [] }) => {
      const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      return suffixes.map((suffix) => [`${name}${suffix}`, labelNames] as const);
    }),
  );
}
const METRICS = metrics();

describe('what the chart asks of Prometheus', () => {
  it.each(EXPRESSIONS)('exists in the product, and is understood: %s', async (_, expr) => {
    const { selectors } = await prometheus({ expr, series: [], at: 1 });
    expect(selectors.length).toBeGreaterThan(0);
    for (const { __name__: name = '', ...labels } of selectors) {
      if (name === API_SERVER) continue;
      expect([...METRICS.keys()]).toContain(name);
      for (const label of Object.keys(labels))
        expect([...(METRICS.get(name) ?? []), ...SCRAPED]).toContain(label);
    }
  });

  it('knows what is not there', async () => {
    await expect(prometheus({ expr: 'sum(rate(x[5m]', series: [], at: 1 })).rejects.toThrow('parse error');
    expect(METRICS.has('approvalgate_blind')).toBe(true);
    expect(METRICS.has('approvalgate_blinds')).toBe(false);
    expect(METRICS.size).toBeGreaterThan(40);
  });

  it.each([
    'approvalgate_slack_connected',
    'approvalgate_webhook_certificate_expiration_timestamp_seconds',
    'approvalgate_webhook_authority_expiration_timestamp_seconds',
  ])(
    'is not told of what a process does not have, as without Slack or without admission: %s',
    async (name) => {
      // A zero would be an alarm for ever.
      const text = await registry.getSingleMetricAsString(name);
      expect(text.split('\n').filter((line) => line.startsWith(`${name} `))).toEqual([]);
    },
  );

  it('fits a screen of twenty-four columns', () => {
    for (const { gridPos } of DASHBOARD.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});

/** Each alert: series for which it fires, and others for which it does not. */
const CASES: Record<string, { fires: string[]; rests: string[] }> = {
  ApprovalGateWebhookUnreachable: {
    fires: [`${API_SERVER}{name="stamp.approvalgate.dev",error_type="calling_webhook_error"} 0+1x60`],
    rests: [
      `${API_SERVER}{name="stamp.approvalgate.dev",error_type="no_error"} 0+1x60`,
      `${API_SERVER}{name="other.example.com",error_type="calling_webhook_error"} 0+1x60`,
    ],
  },
  ApprovalGateWebhookFailing: {
    fires: ['controller_runtime_webhook_requests_total{webhook="/mutate",code="500"} 0+1x60'],
    rests: ['controller_runtime_webhook_requests_total{webhook="/mutate",code="403"} 0+1x60'],
  },
  ApprovalGateCertificateUnusable: {
    fires: ['certwatcher_read_certificate_errors_total 0+1x60'],
    rests: [
      'certwatcher_read_certificate_errors_total 3+0x60',
      'approvalgate_webhook_certificate_expiration_timestamp_seconds 90000+0x60',
    ],
  },
  ApprovalGateNoLeader: {
    fires: ['leader_election_master_status{name="approvalgate",pod="a"} 0+0x60'],
    rests: [
      'leader_election_master_status{name="approvalgate",pod="a"} 0+0x60',
      'leader_election_master_status{name="approvalgate",pod="b"} 1+0x60',
    ],
  },
  ApprovalGateBlind: {
    fires: ['approvalgate_blind{resource="checkpoints"} 1+0x60'],
    rests: ['approvalgate_blind{resource="checkpoints"} 0+0x60'],
  },
  ApprovalGateLate: {
    fires: ['5', '15', '+Inf'].map(
      (le) => `approvalgate_timeout_lateness_seconds_bucket{le="${le}"} 0+${le === '5' ? 0 : 1}x60`,
    ),
    rests: ['1', '5', '+Inf'].map((le) => `approvalgate_timeout_lateness_seconds_bucket{le="${le}"} 0+1x60`),
  },
  ApprovalGateTimingOut: {
    fires: [
      'approvalgate_decisions_total{outcome="TimedOut"} 0+1x60',
      'approvalgate_decisions_total{outcome="Approved"} 0+2x60',
    ],
    rests: [
      'approvalgate_decisions_total{outcome="TimedOut"} 0+1x60',
      'approvalgate_decisions_total{outcome="Approved"} 0+9x60',
    ],
  },
  ApprovalGateUndelivered: {
    fires: ['approvalgate_notifications_total{result="SlackAuthFailed"} 0+1x60'],
    rests: ['approvalgate_notifications_total{result="Delivered"} 0+1x60'],
  },
  ApprovalGateSlackDisconnected: {
    fires: ['approvalgate_slack_connected{pod="a"} 0+0x60'],
    rests: ['approvalgate_slack_connected{pod="a"} 0+0x60', 'approvalgate_slack_connected{pod="b"} 1+0x60'],
  },
  ApprovalGateRulesTooCostly: {
    fires: ['approvalgate_rule_cost_limits_total{kind="CheckpointRule"} 0+1x60'],
    rests: ['approvalgate_rule_cost_limits_total{kind="CheckpointRule"} 7+0x60'],
  },
  ApprovalGateRulesFailing: {
    fires: ['approvalgate_rule_errors_total{kind="CheckpointRule"} 0+1x60'],
    rests: ['approvalgate_rule_errors_total{kind="CheckpointRule"} 7+0x60'],
  },
  ApprovalGateClockOff: {
    fires: ['approvalgate_clock_offset_seconds -3600+0x60'],
    rests: ['approvalgate_clock_offset_seconds 2+0x60'],
  },
};

describe('an alert', () => {
  it('has a case here, a severity, and a sentence that names what it means', () => {
    expect(Object.keys(CASES).sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
    for (const { labels, annotations } of ALERTS) {
      expect(['critical', 'warning']).toContain(labels['severity']);
      expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    }
  });

  it.each(ALERTS.map(({ alert, expr }) => [alert, expr] as const))(
    '%s fires when it should, and only then',
    async (alert, expr) => {
      const { fires = [], rests = [] } = CASES[alert] ?? {};
      expect((await prometheus({ expr, series: fires, at: 60 })).samples).toHaveLength(1);
      expect((await prometheus({ expr, series: rests, at: 60 })).samples).toEqual([]);
    },
  );

  it('of a missing leader fires also where nothing is scraped', async () => {
    const { expr = '' } = ALERTS.find(({ alert }) => alert === 'ApprovalGateNoLeader') ?? {};
    expect((await prometheus({ expr, series: [], at: 60 })).samples).toHaveLength(1);
  });

  it('is rendered whole, with the labels that were asked for and its own', async () => {
    const metrics = {
      prometheusRule: { enabled: true, alertLabels: { team: 'platform', severity: 'none' } },
    };
    const rule = (await rendered({ metrics })).find(({ kind }) => kind === 'PrometheusRule');
    const [group] = rule?.spec.groups ?? [];
    expect(group.rules).toEqual(
      ALERTS.map((alert) => ({ ...alert, labels: { team: 'platform', ...alert.labels } })),
    );
  });
});

describe('the API server', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(() => plane?.stop());

  it('counts that it could not call the webhook, by the names that the alert asks for', async () => {
    const { caBundle } = await webhookCertificate('127.0.0.1', plane.folder);
    await install(plane, { webhook: { url: `https://127.0.0.1:${await freePort()}`, caBundle } });
    const question = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'Checkpoint',
      metadata: { generateName: 'x-' },
      spec: { action: 'a' },
    };
    const ask = () => plane.kubectl(['create', '-f', '-'], { input: JSON.stringify(question) });
    await expect.poll(async () => (await ask()).stderr).toContain('failed calling webhook');
    const text = await plane.mustKubectl(['get', '--raw', '/metrics']);
    const line = text
      .split('\n')
      .find((each) => each.startsWith(`${API_SERVER}{`) && each.includes('stamp.approvalgate.dev'));
    expect(line).toContain('error_type="calling_webhook_error"');
    expect(line).toContain('name="stamp.approvalgate.dev"');
  });
});
