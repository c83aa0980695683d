import { API_VERSION } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';

/** The metadata by which a review belongs to its checkpoint, for where no webhook stamps it. */
export function ownedBy({ metadata: { name, uid = '' } }: Checkpoint) {
  return { ownerReferences: [{ apiVersion: API_VERSION, kind: 'Checkpoint', name, uid }] };
}
