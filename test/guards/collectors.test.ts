import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { apply, approver } from '../../tools/environment/people.ts';
import { withApiServer } from '../support/api-server.ts';
import { ownedBy } from '../support/owned-by.ts';

// The real garbage collector and namespace controller, each with its own account.
const apiServer = withApiServer({ controllerManager: true });
/** The collector looks for new kinds every 30 s. */
const COLLECTED_MS = 180_000;

const base = (kind: string, metadata: object, spec: object) => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind,
  metadata,
  spec,
});

const gone = (what: string) =>
  vi.waitUntil(
    async () => (await apiServer().plane.kubectl(['get', ...what.split(' ')])).stderr.includes('NotFound'),
    { timeout: COLLECTED_MS, interval: 200 },
  );

const remove = async (what: string, kubeconfig = apiServer().plane.kubeconfig, ...args: string[]) =>
  (await apiServer().plane.kubectl(['delete', ...what.split(' '), '--wait=false', ...args], { kubeconfig }))
    .stderr;

/** A checkpoint of the admin's with a denial by mia that nobody has read, each under this name. */
async function reviewed(name: string, namespace = 'default'): Promise<Checkpoint> {
  const { plane } = apiServer();
  await approver(plane, namespace, 'mia');
  const mia = await plane.person('mia');
  const asked = await apiServer().asked({}, { name, namespace });
  const spec = {
    checkpoint: { name, uid: asked.metadata.uid },
    verdict: 'Deny',
    reviewer: await apiServer().whoami(mia),
  };
  const review = base('CheckpointReview', { name, namespace, ...ownedBy(asked) }, spec);
  expect((await apiServer().create(review, mia)).stderr).toBe('');
  return asked;
}

const decide = (asked: Checkpoint) =>
  apiServer().operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));

beforeAll(async () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nothing', uid: '0-0' }];
  const metadata = { name: 'of-nothing', namespace: 'default', ownerReferences };
  await apply(apiServer().plane, base('CheckpointRule', metadata, { actions: ['a'], decision: 'AutoDeny' }));
  await gone('ckptr of-nothing');
});

describe('the collector removes', () => {
  it('the reviews of a checkpoint that its requester withdraws', async () => {
    await reviewed('withdrawn');
    expect(await remove('ckpt withdrawn')).toBe('');
    await gone('ckptrv withdrawn');
  });

  it.each(['background', 'foreground'])(
    'the reviews of a checkpoint that the operator deletes in the %s',
    async (how) => {
      await decide(await reviewed(how));
      expect(await remove(`ckpt ${how}`, undefined, `--cascade=${how}`)).toContain('by the operator');
      expect(await remove(`ckpt ${how}`, apiServer().operatorKubeconfig, `--cascade=${how}`)).toBe('');
      await gone(`ckpt ${how}`);
      await gone(`ckptrv ${how}`);
    },
  );

  it.each(['foreground', 'orphan'])('an identity that is deleted with --cascade=%s', async (how) => {
    const name = `t1-u${how}`;
    const spec = { username: 'mia', slack: { team: 'T1', user: `U${how.toUpperCase()}` } };
    await apply(apiServer().plane, base('ReviewerIdentity', { name }, spec));
    expect(await remove(`rid ${name}`, undefined, `--cascade=${how}`)).toBe('');
    await gone(`rid ${name}`);
  });
});

describe('a review that is left without its checkpoint', () => {
  it('can be deleted by an administrator, and by nobody while its checkpoint is there', async () => {
    const { plane } = apiServer();
    await reviewed('left');
    expect(await remove('ckptrv left')).toContain('cannot be taken back');
    expect(await remove('ckpt left', undefined, '--cascade=orphan')).toBe('');
    await gone('ckpt left');
    const owners = ['get', 'ckptrv', 'left', '-o', 'jsonpath={.metadata.ownerReferences}'];
    expect(await plane.mustKubectl(owners)).toBe('');
    expect(await remove('ckptrv left')).toBe('');
    await gone('ckptrv left');
  });
});

describe('a namespace', () => {
  it('goes with what waits, what is decided, reviews and rules in it', async () => {
    const { plane } = apiServer();
    await plane.mustKubectl(['create', 'namespace', 'going']);
    await reviewed('waits', 'going');
    await decide(await reviewed('decided', 'going'));
    const rule = { name: 'rule', namespace: 'going' };
    await apply(plane, base('CheckpointRule', rule, { actions: ['a'], decision: 'AutoDeny' }));
    await plane.mustKubectl(['delete', 'namespace', 'going', '--wait=false']);
    await gone('namespace going');
  });
});
