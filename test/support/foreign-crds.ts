import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../tools/cluster/cluster.ts';
import { runProgram } from '../../tools/cluster/processes.ts';

/**
 * Kinds of others that the chart makes objects of, as their projects publish them: a Go module, the digest of its tree
 * as `go.sum` would have it, and files in it.
 */
const MODULES = [
  {
    module: 'sigs.k8s.io/gateway-api@v1.4.0',
    sum: 'h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=',
    files: ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    files: ['servicemonitors', 'prometheusrules'].map(
      (plural) => `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`,
    ),
  },
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    files: ['issuers', 'certificates'].map((plural) => `deploy/crds/cert-manager.io_${plural}.yaml`),
  },
];

/** @throws Error where a module is not the one that was tried, or cannot be had */
export async function installForeignCrds(cluster: Cluster): Promise<void> {
  for (const { module, sum, files } of MODULES) {
    const folder = await download(module, sum);
    for (const file of files) await cluster.mustKubectl(['apply', '--server-side', '-f', join(folder, file)]);
  }
  await cluster.mustKubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=120s']);
}

async function download(module: string, sum: string): Promise<string> {
  const { stdout } = await runProgram('go', ['mod', 'download', '-json', module], { cwd: tmpdir() });
  const { Dir: folder, Sum: found } = JSON.parse(stdout) as { Dir?: string; Sum?: string };
  if (folder === undefined || found !== sum) throw new Error(`${module} has the digest ${found}, not ${sum}`);
  return folder;
}
