import { describe, expect, it, vi } from 'vitest';
import type { Checkpoint, CheckpointStatus } from '../crds/types.ts';
import type { AdmissionRequest, AdmissionResponse } from './admission.ts';
import { stampReview } from './review.ts';

const OPERATOR = 'system:serviceaccount:approvalgate:approvalgate';
const DECIDED: CheckpointStatus = {
  decision: {
    outcome: 'Denied',
    reason: 'PersonDenied',
    decisionTime: '2026-01-01T00:01:00Z',
    decidedBy: { type: 'Person', name: 'tom' },
    checkpointUID: 'u-1',
  },
};
const CHECKPOINT: Checkpoint = {
  metadata: { name: 'refund', namespace: 'shop', uid: 'u-1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { action: 'refund', timeoutSeconds: 60, requester: { username: 'ann' } },
};
const SLACK = { type: 'Slack', slack: { team: 'T', user: 'U', channel: 'C', messageID: '1' } };

interface Given {
  readonly checkpoint?: Checkpoint | undefined;
  readonly username?: string;
  readonly spec?: object;
  readonly metadata?: object;
  readonly now?: string;
}

function review(given: Given = {}) {
  const getCheckpoint = vi.fn(async () => ('checkpoint' in given ? given.checkpoint : CHECKPOINT));
  const now = () => new Date(given.now ?? '2026-01-01T00:00:30Z');
  const request: AdmissionRequest = {
    uid: '1',
    operation: 'CREATE',
    kind: 'CheckpointReview',
    namespace: 'shop',
    userInfo: { username: given.username ?? 'mia', uid: '', groups: ['finance'] },
    object: {
      metadata: given.metadata ?? {},
      spec: { checkpoint: { name: 'refund', uid: 'u-1' }, verdict: 'Approve', ...given.spec },
    },
    oldObject: {},
  };
  const answer = stampReview({ getCheckpoint, now, operatorUsername: OPERATOR }, request);
  return { answer, getCheckpoint };
}

function patched(answer: AdmissionResponse): Record<string, unknown> {
  if (!answer.allowed) throw new Error(answer.message);
  return Object.fromEntries((answer.patch ?? []).map(({ path, value }) => [path, value]));
}

describe('a review by a person', () => {
  it('is stamped with the person, the way and its owner, whatever the client claims', async () => {
    const spec = { reviewer: { username: 'tom' }, via: SLACK };
    const metadata = { ownerReferences: [{ kind: 'Pod', name: 'x', uid: 'y', apiVersion: 'v1' }] };
    expect(patched(await review({ spec, metadata }).answer)).toEqual({
      '/spec/reviewer': { username: 'mia', groups: ['finance'] },
      '/spec/via': { type: 'Kubernetes' },
      '/metadata/ownerReferences': [
        { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'Checkpoint', name: 'refund', uid: 'u-1' },
      ],
    });
  });

  it('reads the checkpoint of its own namespace, live', async () => {
    const { answer, getCheckpoint } = review();
    await answer;
    expect(getCheckpoint).toHaveBeenCalledExactlyOnceWith('shop', 'refund');
  });

  it('is taken up to the last instant before the deadline', async () => {
    expect((await review({ now: '2026-01-01T00:00:59.999Z' }).answer).allowed).toBe(true);
  });

  it.each<[string, Given, number, string]>([
    ['of a checkpoint that is not there', { checkpoint: undefined }, 422, "no Checkpoint 'refund'"],
    [
      'of another object of the same name',
      { checkpoint: { ...CHECKPOINT, metadata: { ...CHECKPOINT.metadata, uid: 'u-2' } } },
      422,
      "spec.checkpoint.uid: Checkpoint 'refund' has another uid, so it is another question",
    ],
    [
      'of a decided checkpoint',
      { checkpoint: { ...CHECKPOINT, status: DECIDED } },
      422,
      "'refund' is already decided: Denied by tom at 2026-01-01T00:01:00Z",
    ],
    [
      'of a checkpoint that is being deleted',
      {
        checkpoint: {
          ...CHECKPOINT,
          metadata: { ...CHECKPOINT.metadata, deletionTimestamp: '2026-01-01T00:00:10Z' },
        },
      },
      422,
      "'refund' is withdrawn",
    ],
    ['at the deadline', { now: '2026-01-01T00:01:00Z' }, 422, "'refund' expired at 2026-01-01T00:01:00Z"],
    ['of their own request', { username: 'ann' }, 403, "'ann' created this Checkpoint, and nobody decides"],
    ['who is a service account', { username: 'system:serviceaccount:shop:x' }, 403, 'a person must'],
    [
      'of their own request, in another spelling',
      { username: 'Ann\u200b ' },
      403,
      '\'ann\' created this Checkpoint, and nobody decides on their own request; "Ann\\u{200B} " may be the same person',
    ],
    ['who is a system user', { username: 'system:admin' }, 403, 'a person must'],
    ['who is a system user in another spelling', { username: ' System:admin' }, 403, 'a person must'],
  ])('%s is refused', async (_, given, code, message) => {
    const answer = await review(given).answer;
    expect(answer).toMatchObject({ allowed: false, code });
    expect(answer.allowed ? '' : answer.message).toContain(message);
  });

  it.each([
    [{ checkpoint: undefined }, 'spec.checkpoint.name'],
    [{ checkpoint: 'refund' }, 'spec.checkpoint.name'],
    [{ checkpoint: { name: '', uid: 'u-1' } }, 'spec.checkpoint.name'],
    [{ checkpoint: { name: '../../secrets', uid: 'u-1' } }, 'spec.checkpoint.name'],
    [{ checkpoint: { name: 'a'.repeat(254), uid: 'u-1' } }, 'spec.checkpoint.name'],
    [{ checkpoint: { name: 'refund' } }, 'spec.checkpoint.uid'],
    [{ checkpoint: { name: 'refund', uid: 7 } }, 'spec.checkpoint.uid'],
  ])('with %j is refused before anything is read', async (spec, field) => {
    const { answer, getCheckpoint } = review({ spec });
    expect(await answer).toMatchObject({ allowed: false, code: 422 });
    expect(await answer).toHaveProperty('message', expect.stringContaining(field));
    expect(getCheckpoint).not.toHaveBeenCalled();
  });

  it('is neither taken nor refused while the API server does not answer', async () => {
    const deps = {
      getCheckpoint: () => Promise.reject(new Error('no answer')),
      now: () => new Date(0),
      operatorUsername: OPERATOR,
    };
    const { name, uid } = { name: 'refund', uid: 'u-1' };
    const request: AdmissionRequest = {
      uid: '1',
      operation: 'CREATE',
      kind: 'CheckpointReview',
      namespace: 'shop',
      userInfo: { username: 'mia', uid: '', groups: [] },
      object: { spec: { checkpoint: { name, uid } } },
      oldObject: {},
    };
    await expect(stampReview(deps, request)).rejects.toThrow('no answer');
  });
});

describe("a review by the operator's own service account", () => {
  const reviewer = { username: 'mia', groups: ['finance'] };

  it('keeps the person that it names, and the click', async () => {
    const patch = patched(await review({ username: OPERATOR, spec: { reviewer, via: SLACK } }).answer);
    expect(patch['/spec/reviewer']).toEqual(reviewer);
    expect(patch['/spec/via']).toEqual(SLACK);
  });

  it.each([
    ['nobody', {}, 403],
    ['a service account', { reviewer: { username: 'system:serviceaccount:shop:x' } }, 403],
    ['itself', { reviewer: { username: OPERATOR } }, 403],
    ['the requester', { reviewer: { username: 'ann' } }, 403],
  ])('that names %s is refused', async (_, spec, code) => {
    expect(await review({ username: OPERATOR, spec }).answer).toMatchObject({ allowed: false, code });
  });

  it.each([
    ['system:serviceaccount:approvalgate:approvalgate2'],
    ['system:serviceaccount:other:approvalgate'],
    ['System:serviceaccount:approvalgate:approvalgate'],
  ])('is not one by %s', async (username) => {
    const answer = await review({ username, spec: { reviewer, via: SLACK } }).answer;
    const named = answer.allowed ? patched(answer)['/spec/reviewer'] : undefined;
    expect(named).not.toEqual(reviewer);
  });
});
