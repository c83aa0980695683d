import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../operator/config.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { CHART, type Manifest, NAMESPACE, rendered, valueFiles } from '../support/chart.ts';
import { installForeignCrds } from '../support/foreign-crds.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
  await installForeignCrds(plane);
  await plane.mustKubectl(['create', 'namespace', NAMESPACE]);
  // A Pod is taken only where its account is there already.
  await plane.mustKubectl(['create', 'serviceaccount', 'approvalgate-doctor', '-n', NAMESPACE]);
  const levels = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  await plane.mustKubectl(['label', 'namespace', NAMESPACE, ...levels]);
});
afterAll(() => plane?.stop());

const valuesOf = (file: string): string => readFileSync(join(CHART, 'ci', file), 'utf8');
const named = (manifests: readonly Manifest[], kind: string, name = 'approvalgate'): Manifest => {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name);
  expect(found, `${kind}/${name}`).toHaveLength(1);
  return found[0] as Manifest;
};
const containersIn = (manifests: readonly Manifest[]) =>
  manifests
    .filter(({ kind }) => ['Deployment', 'Pod'].includes(kind))
    .flatMap(({ spec }) => (spec.template?.spec ?? spec).containers as { args: string[] }[]);

/** What an API server says to the manifests that it is offered and does not keep. */
function offer(manifests: readonly Manifest[]) {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  return plane.kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], {
    input,
  });
}

describe.each(valueFiles())('with ci/%s', (file) => {
  it('an API server takes every manifest, and a namespace for restricted Pods has nothing to say', async () => {
    const manifests = await rendered(valuesOf(file));
    const { code, stdout, stderr } = await offer(manifests);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(manifests.length);
  });

  it('the operator takes the flags that each of its Pods is given, and the doctor too', async () => {
    const manifests = await rendered(valuesOf(file));
    for (const { args } of containersIn(manifests)) {
      expect(parseConfig(args)).toMatchObject({ namespace: NAMESPACE, port: 8080 });
    }
  });

  it('rendering is the same twice, and has no authority in it unless it was given', async () => {
    const twice = await Promise.all([rendered(valuesOf(file)), rendered(valuesOf(file))]);
    expect(twice[0]).toEqual(twice[1]);
    const { webhook } = parse(valuesOf(file)) as { webhook?: { caBundle?: string } };
    expect(JSON.stringify(twice[0]).includes('"caBundle"')).toBe(webhook?.caBundle !== undefined);
  });
});

it('an API server that is offered something wrong says so', async () => {
  const manifests = structuredClone(await rendered({}));
  named(manifests, 'Deployment').spec.template.spec.containers[0].preStop = {};
  named(manifests, 'Service').spec.ports[0].port = 99_999;
  const { code, stderr } = await offer(manifests);
  expect(code).not.toBe(0);
  expect(stderr).toContain('preStop');
  expect(stderr).toContain('spec.ports[0].port');
});

it('nothing asks the cluster, the clock or chance what to render', () => {
  const files = globSync('templates/**/*.{yaml,tpl,txt}', { cwd: CHART });
  const texts = files.map((file) => readFileSync(join(CHART, file), 'utf8'));
  expect(texts.length).toBeGreaterThan(20);
  const actions = texts.flatMap((text) => text.match(/\{\{.*?\}\}/gsu) ?? []);
  expect(actions.length).toBeGreaterThan(200);
  const impure =
    /\b(lookup|rand\w+|gen[A-Z]\w+|derivePassword|uuidv4|now|ago|shuffle|env|expandenv|getHostByName)\b/u;
  expect(actions.filter((action) => !action.startsWith('{{/*') && impure.test(action))).toEqual([]);
});

describe('what is installed without any values', () => {
  it('is two operators that are replaced one by one, without a moment without admission', async () => {
    const { spec } = named(await rendered({}), 'Deployment');
    expect(spec.replicas).toBe(2);
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const { spec: pod } = spec.template;
    expect(pod.containers[0].lifecycle.preStop.sleep.seconds).toBe(5);
    expect(pod.topologySpreadConstraints.map((each: { topologyKey: string }) => each.topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
  });

  it('selects its own Pods by every selector', async () => {
    const manifests = await rendered({ split: { enabled: true }, slack: { secret: 's', transport: 'http' } });
    const pods = new Map(
      manifests
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ metadata, spec }) => [
          metadata.name,
          spec.template.metadata.labels as Record<string, string>,
        ]),
    );
    const selectedBy = (selector: Record<string, string>): string[] =>
      [...pods].flatMap(([name, labels]) =>
        Object.entries(selector).every(([key, value]) => labels[key] === value) ? [name] : [],
      );
    const service = (name: string) => selectedBy(named(manifests, 'Service', name).spec.selector);
    expect(service('approvalgate')).toEqual(['approvalgate-webhook']);
    expect(service('approvalgate-slack')).toEqual(['approvalgate']);
    expect(service('approvalgate-metrics')).toEqual(['approvalgate-webhook', 'approvalgate']);
    for (const name of pods.keys()) {
      const budget = named(manifests, 'PodDisruptionBudget', name);
      expect(selectedBy(budget.spec.selector.matchLabels)).toEqual([name]);
    }
  });

  it('would not start in a namespace for restricted Pods if it asked for more', async () => {
    const { spec } = named(await rendered({}), 'Deployment');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', namespace: NAMESPACE },
      spec: structuredClone(spec.template.spec),
    };
    delete pod.spec.securityContext.runAsNonRoot;
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'approvalgate', namespace: NAMESPACE },
    };
    await plane.mustKubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(account) });
    expect((await offer([pod as unknown as Manifest])).stderr).toContain(
      'violates PodSecurity "restricted:latest"',
    );
  });
});

it('by cert-manager, what the API server trusts is no certificate that is served and renewed', async () => {
  const manifests = await rendered({ certificates: { provider: 'certManager' } });
  const { spec: served } = named(manifests, 'Certificate', 'approvalgate-webhook');
  const { spec: issuer } = named(manifests, served.issuerRef.kind, served.issuerRef.name);
  expect(issuer.selfSigned).toBeUndefined();
  const { spec: authority } = named(manifests, 'Certificate', issuer.ca.secretName);
  expect(authority).toMatchObject({ isCA: true, secretName: issuer.ca.secretName });
  expect(authority.privateKey.rotationPolicy).toBe('Never');
  const hours = ({ duration }: { duration: string }) => Number.parseInt(duration, 10);
  expect(hours(authority)).toBeGreaterThan(10 * hours(served));
  const own = await rendered({ certificates: { provider: 'certManager', certManager: { issuerName: 'x' } } });
  expect(own.filter(({ kind }) => kind === 'Certificate').map(({ metadata }) => metadata.name)).toEqual([
    'approvalgate-webhook',
  ]);
});

it('names are asked for also where the policy of the network sees the port of the Pods, as on OpenShift', async () => {
  const { spec } = named(await rendered({}), 'NetworkPolicy');
  const ports = spec.egress[0].ports.map(
    ({ protocol, port }: Record<string, unknown>) => `${protocol} ${port}`,
  );
  expect(ports).toEqual(['UDP 53', 'TCP 53', 'UDP 5353', 'TCP 5353']);
});

it('hostile text comes out as the text that it is', async () => {
  const text = valuesOf('hostile-values.yaml');
  const values = parse(text);
  const manifests = await rendered(text);
  const { metadata, spec } = named(manifests, 'Deployment').spec.template;
  expect(metadata.annotations).toEqual(values.podAnnotations);
  expect(metadata.labels).toMatchObject(values.podLabels);
  expect(spec.containers[0].image).toBe('true:1e3');
  expect(spec.priorityClassName).toBe('null');
  expect(spec.volumes[0].secret.secretName).toBe('null');
  expect(named(manifests, 'ServiceAccount').metadata.annotations).toEqual(values.serviceAccount.annotations);
  const ingress = named(manifests, 'Ingress', 'approvalgate-slack');
  expect(ingress.metadata.annotations).toEqual(values.slack.http.ingress.annotations);
  expect(ingress.spec.rules[0].host).toBe('true');
  const dashboard = named(manifests, 'ConfigMap', 'approvalgate-dashboard');
  expect(dashboard.metadata.annotations).toEqual(values.metrics.dashboard.annotations);
  expect(manifests.filter(({ kind }) => kind === 'ClusterRoleBinding')).toHaveLength(
    (await rendered({})).filter(({ kind }) => kind === 'ClusterRoleBinding').length,
  );
});
