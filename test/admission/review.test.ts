import { afterEach, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { approver } from '../../tools/environment/people.ts';
import { checkpoint, review, stored, withAdmission } from '../support/admission-environment.ts';

const admission = withAdmission();
const SLACK = { type: 'Slack', slack: { team: 'T0', user: 'U0', channel: 'C0', messageID: '1.2' } };

afterEach(() => {
  admission().aheadMs = 0;
});

describe('a review', () => {
  it('is stamped with the person and owned by its checkpoint, whatever the client claims', async () => {
    const asked = await admission().asked();
    const forged = review(asked, { reviewer: { username: 'tom', groups: ['board'] }, via: SLACK });
    const { metadata, spec } = stored<CheckpointReview>(await admission().create(admission().mia, forged));
    expect(spec.reviewer).toEqual({ username: 'mia', groups: ['finance', 'system:authenticated'] });
    expect(spec.via).toEqual({ type: 'Kubernetes' });
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'approvalgate.dev/v1alpha1',
        kind: 'Checkpoint',
        name: asked.metadata.name,
        uid: asked.metadata.uid,
      },
    ]);
  });

  it("by the operator keeps the person and the click that it names, and nobody's own request passes", async () => {
    const asked = await admission().asked();
    const named = review(asked, { reviewer: { username: 'tom', groups: ['board'] }, via: SLACK });
    const { spec } = stored<CheckpointReview>(await admission().create(admission().operator, named));
    expect(spec).toMatchObject({ reviewer: { username: 'tom', groups: ['board'] }, via: SLACK });
    const own = review(asked, { reviewer: { username: asked.spec.requester?.username } });
    expect((await admission().create(admission().operator, own)).stderr).toContain('a person must');
  });

  it('of their own request is refused', async () => {
    const { cluster, namespace } = admission();
    await cluster.mustKubectl([
      ...['create', 'rolebinding', 'mia-asks', '-n', namespace],
      ...['--clusterrole=approvalgate-agent', '--user=mia'],
    ]);
    const own = stored<Checkpoint>(await admission().create(admission().mia, checkpoint()));
    const { stderr } = await admission().create(admission().mia, review(own));
    expect(stderr).toContain("'mia' created this Checkpoint, and nobody decides on their own request");
  });

  it('by a service account is refused, whatever RBAC grants it', async () => {
    const asked = await admission().asked();
    const { cluster, namespace } = admission();
    const puppet = await cluster.serviceAccount(namespace, 'puppet');
    await cluster.mustKubectl([
      ...['create', 'rolebinding', 'puppet', '-n', namespace],
      ...['--clusterrole=cluster-admin', `--serviceaccount=${namespace}:puppet`],
    ]);
    expect((await admission().create(puppet, review(asked))).stderr).toContain('service accounts');
  });

  it('without the verb is refused, and the verb and role are named', async () => {
    const asked = await admission().asked();
    const eve = await admission().cluster.person('eve');
    await approver(admission().cluster, 'default', 'eve');
    const { cluster, namespace } = admission();
    await cluster.mustKubectl([
      ...['create', 'role', 'writer', '-n', namespace],
      ...['--verb=create', '--resource=checkpointreviews.approvalgate.dev'],
    ]);
    await cluster.mustKubectl([
      'create',
      'rolebinding',
      'writer',
      '-n',
      namespace,
      '--role=writer',
      '--user=eve',
    ]);
    const { stderr } = await admission().create(eve, review(asked));
    expect(stderr).toContain("user 'eve' lacks the verb 'approve'");
    expect(stderr).toContain('approvalgate-approver');
  });

  it('of another uid is refused: the object was created anew under its name', async () => {
    const asked = await admission().asked();
    const stale = { ...asked, metadata: { ...asked.metadata, uid: '0-0' } };
    expect((await admission().create(admission().mia, review(stale))).stderr).toContain(
      'spec.checkpoint.uid: Checkpoint',
    );
  });

  it('of what is not there, or of no name, is refused', async () => {
    const nothing = { metadata: { name: 'nothing', uid: '0-0' }, spec: { action: 'x' } };
    expect((await admission().create(admission().mia, review(nothing))).stderr).toContain(
      "no Checkpoint 'nothing'",
    );
    const asked = await admission().asked();
    for (const name of ['', '..', 'a/b', 'x'.repeat(300)]) {
      const bad = review(asked, { checkpoint: { name, uid: asked.metadata.uid } });
      expect((await admission().create(admission().mia, bad, '--validate=false')).stderr).toContain(
        'spec.checkpoint.name',
      );
    }
  });

  it('of what is decided is refused, and who decided is named', async () => {
    const asked = await admission().asked();
    await admission().deny(asked);
    const { stderr } = await admission().create(admission().mia, review(asked));
    expect(stderr).toContain('is already decided: Denied by no-refunds at ');
  });

  it('after the deadline is refused, by the time that counts', async () => {
    const asked = await admission().asked({ timeoutSeconds: 60 });
    admission().aheadMs = 60_000;
    const expiry = new Date(Date.parse(asked.metadata.creationTimestamp ?? '') + 60_000).toISOString();
    const { stderr } = await admission().create(admission().mia, review(asked));
    expect(stderr).toContain(`expired at ${expiry.replace('.000', '')}`);
  });

  it('is stamped and checked by a dry run too, which stores nothing', async () => {
    const asked = await admission().asked();
    const dry = await admission().create(admission().mia, review(asked), '--dry-run=server');
    expect(stored<CheckpointReview>(dry).spec.reviewer?.username).toBe('mia');
    await admission().deny(asked);
    expect((await admission().create(admission().mia, review(asked), '--dry-run=server')).stderr).toContain(
      'already decided',
    );
    const { stdout } = await admission().cluster.kubectl(['get', 'ckptrv', '-n', 'shop', '-o', 'json']);
    const names = (JSON.parse(stdout) as { items: CheckpointReview[] }).items.map(
      ({ spec }) => spec.checkpoint.name,
    );
    expect(names).not.toContain(asked.metadata.name);
  });
});
