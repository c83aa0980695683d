import { findBinaries } from '../cluster/binaries.ts';

/** Makes sure, once and with progress shown, that the control plane is there before test files ask for it. */
export async function setup(): Promise<void> {
  await findBinaries(['etcd', 'kube-apiserver', 'kubectl', 'helm', 'kube-controller-manager']);
}
