import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { Authority } from './pki.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CRDS = join(REPOSITORY, 'crds');
const IN_FORCE_MS = 60_000;
/** Role and binding that are there only while the policies are waited for. */
const PROBE = 'approvalgate-install-probe';

interface InstallOptions {
  /** The operator's own namespace. */
  readonly namespace?: string;
  /** Where the API server reaches the webhook; absent: it is not registered. */
  readonly webhook?: { readonly url: string; readonly caBundle: string };
}

export interface Installation {
  readonly namespace: string;
  /** Acts as the operator's own service account. */
  readonly operatorKubeconfig: string;
}

/** Applies the CRDs, and the chart as Helm renders it; resolves when the policies are in force. */
export async function install(
  cluster: Cluster,
  { namespace = 'approvalgate', webhook }: InstallOptions = {},
): Promise<Installation> {
  const files = await crdFiles();
  await cluster.mustKubectl(['apply', '--server-side', ...files.flatMap((file) => ['-f', join(CRDS, file)])]);
  await cluster.mustKubectl(['wait', '--for=condition=Established', '--timeout=60s', ...files.map(crdName)]);
  await ensureNamespace(cluster, namespace);
  await cluster.mustKubectl(['apply', '--server-side', '-f', '-'], {
    input: await renderChart(cluster, namespace, webhook),
  });
  const operatorKubeconfig = await cluster.serviceAccount(namespace, 'approvalgate');
  await policiesInForce(cluster);
  return { namespace, operatorKubeconfig };
}

/** Removes the webhooks, as `helm uninstall` would: without them nothing is stamped. */
export async function removeWebhooks(cluster: Cluster): Promise<void> {
  const kinds = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';
  await cluster.mustKubectl(['delete', kinds, 'approvalgate', '--ignore-not-found']);
}

/** A serving certificate for one host in a new folder within `parent`, and the authority for the API server. */
export async function webhookCertificate(
  host: string,
  parent: string,
): Promise<{ certDir: string; caBundle: string }> {
  const authority = await Authority.create('approvalgate-webhook');
  const { certificate, key } = await authority.issue({ name: 'webhook', hosts: [host, 'localhost'] });
  const certDir = await mkdtemp(join(parent, 'approvalgate-webhook-'));
  await writeFile(join(certDir, 'tls.crt'), certificate);
  await writeFile(join(certDir, 'tls.key'), key, { mode: 0o600 });
  return { certDir, caBundle: Buffer.from(authority.certificate).toString('base64') };
}

export async function crdFiles(): Promise<string[]> {
  return (await readdir(CRDS)).filter((file) => file.endsWith('.yaml'));
}

export function crdName(file: string): string {
  return `crd/${file.replace('.yaml', '')}.approvalgate.dev`;
}

async function ensureNamespace(cluster: Cluster, namespace: string): Promise<void> {
  const known = await cluster.kubectl(['get', 'namespace', namespace]);
  if (known.code !== 0) await cluster.mustKubectl(['create', 'namespace', namespace]);
}

export async function renderChart(
  cluster: Cluster,
  namespace: string,
  webhook?: InstallOptions['webhook'],
): Promise<string> {
  const values = webhook
    ? ['--set', `webhook.url=${webhook.url}`, '--set', `webhook.caBundle=${webhook.caBundle}`]
    : [];
  const only = webhook ? [] : ['--set', 'webhook.enabled=false'];
  const chart = join(REPOSITORY, 'charts', 'approvalgate');
  return cluster.helmTemplate([
    'approvalgate',
    chart,
    '--namespace',
    namespace,
    '--set',
    'crds.enabled=false,operator.enabled=false',
    ...values,
    ...only,
  ]);
}

/** A policy takes effect some time after it is created: it does when what it forbids is refused. */
async function policiesInForce(cluster: Cluster): Promise<void> {
  const probe = JSON.stringify({
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'ReviewerIdentity',
    metadata: { name: 't0-u0' },
    spec: { username: 'probe', slack: { team: 'T0', user: 'U0' } },
  });
  const nobody = ['--as=approvalgate-probe', '--as-group=approvalgate-probe'];
  await bindProbe(cluster);
  try {
    for (const deadline = Date.now() + IN_FORCE_MS; Date.now() < deadline; await delay(250)) {
      const { code, stderr } = await cluster.kubectl(['create', '--dry-run=server', '-f', '-', ...nobody], {
        input: probe,
      });
      if (code !== 0 && stderr.includes('ValidatingAdmissionPolicy')) return;
    }
    throw new Error(`the policies are not in force after ${IN_FORCE_MS / 1000} s`);
  } finally {
    await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', PROBE]);
  }
}

/** The probe may create identities by RBAC, so that only the policy can refuse it. */
async function bindProbe(cluster: Cluster): Promise<void> {
  const resource = '--resource=revieweridentities.approvalgate.dev';
  const made = [
    ['clusterrole', PROBE, '--verb=create', resource],
    ['clusterrolebinding', PROBE, `--clusterrole=${PROBE}`, '--group=approvalgate-probe'],
  ];
  for (const args of made) {
    const { code, stderr } = await cluster.kubectl(['create', ...args]);
    if (code !== 0 && !stderr.includes('already exists')) throw new Error(stderr);
  }
}
