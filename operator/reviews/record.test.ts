import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ResourceType } from '../../crds/names.ts';
import type {
  Checkpoint,
  CheckpointReview,
  CheckpointStatus,
  ReviewerIdentity,
  Verdict,
} from '../../crds/types.ts';
import { ApiError } from '../kube/api-error.ts';
import type { Click } from '../messages/click.ts';
import { slackAccount } from '../slack/api.ts';
import { type RecordDeps, recorder, reviewName } from './record.ts';

const DEADLINE = '2026-01-01T00:01:00Z';
const OPEN: Checkpoint = {
  metadata: { name: 'refund', namespace: 'shop', uid: 'u-1' },
  spec: { action: 'refund', requester: { username: 'ann' } },
  status: { deadline: DEADLINE },
};
const slack = { team: 'T0', user: 'U0MIA', channel: 'C0', messageID: '1.2' };
const CLICK: Click = {
  account: slackAccount(slack),
  via: { type: 'Slack', slack },
  checkpoint: OPEN,
  verdict: 'Approve',
  reason: 'fine',
};
const DECISION: NonNullable<CheckpointStatus['decision']> = {
  outcome: 'Denied',
  reason: 'RuleDenied',
  decisionTime: '2026-01-01T00:00:30Z',
  decidedBy: { type: 'Rule', name: 'no-refunds' },
  checkpointUID: 'u-1',
};
const MIA: ReviewerIdentity = {
  metadata: { name: 't0-u0mia' },
  spec: { username: 'mia', groups: ['finance'], slack: { team: 'T0', user: 'U0MIA' } },
};

const DECIDED: Checkpoint = { ...OPEN, status: { deadline: DEADLINE, decision: DECISION } };

/** An API server that holds one checkpoint and the reviews that are created. */
class Server {
  checkpoint: Checkpoint | undefined = OPEN;
  readonly reviews = new Map<string, CheckpointReview>();
  /** What happens before a review is stored. */
  onCreate: () => void = () => undefined;

  readonly subjectAccessReview = vi.fn(async () => ({ allowed: true }));

  readonly identities = new Map([[MIA.metadata.name, MIA]]);

  readonly reads: string[] = [];

  get = async <T>({ kind }: ResourceType, { name = '' }: { name?: string }): Promise<T | undefined> => {
    this.reads.push(kind);
    if (kind === 'Checkpoint') return this.checkpoint as T | undefined;
    return (kind === 'ReviewerIdentity' ? this.identities : this.reviews).get(name) as T | undefined;
  };

  create = async <T>(_: ResourceType, object: { metadata: { name: string } }): Promise<T> => {
    this.onCreate();
    const { name } = object.metadata;
    if (this.reviews.has(name)) throw new ApiError({ status: 409, reason: 'AlreadyExists', message: name });
    this.reviews.set(name, object as CheckpointReview);
    return object as T;
  };
}

let server: Server;
let deps: RecordDeps;

beforeEach(() => {
  server = new Server();
  deps = {
    client: server,
    log: pino({ level: 'silent' }),
    now: () => new Date('2026-01-01T00:00:59Z'),
  };
});

const refusing = (status: number, message: string) => () => {
  throw new ApiError({ status, message });
};

const nameOf = (uid: string, username: string, verdict: Verdict) =>
  reviewName('Slack', { uid, username, verdict });

describe('a verdict by a click', () => {
  it("is stored as the person's review, with the click and its owner", async () => {
    expect(await recorder(deps)(CLICK)).toEqual({ outcome: 'Recorded' });
    expect([...server.reviews.values()]).toEqual([
      {
        apiVersion: 'approvalgate.dev/v1alpha1',
        kind: 'CheckpointReview',
        metadata: {
          namespace: 'shop',
          name: nameOf('u-1', 'mia', 'Approve'),
          ownerReferences: [
            { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'Checkpoint', name: 'refund', uid: 'u-1' },
          ],
        },
        spec: {
          checkpoint: { name: 'refund', uid: 'u-1' },
          verdict: 'Approve',
          reason: 'fine',
          reviewer: { username: 'mia', groups: ['finance'] },
          via: { type: 'Slack', slack },
        },
      },
    ]);
  });

  it('that is delivered twice is stored once', async () => {
    await recorder(deps)(CLICK);
    expect(await recorder(deps)(CLICK)).toEqual({ outcome: 'AlreadyRecorded' });
    expect(server.reviews.size).toBe(1);
  });

  it('is stored beside the other verdict of the same person', async () => {
    await recorder(deps)(CLICK);
    expect(await recorder(deps)({ ...CLICK, verdict: 'Deny' })).toEqual({ outcome: 'Recorded' });
    expect(server.reviews.size).toBe(2);
  });

  it("is heard although somebody else's review took its name", async () => {
    await recorder(deps)(CLICK);
    const [[name, stored] = []] = server.reviews;
    if (name === undefined || stored === undefined) throw new Error('nothing was stored');
    server.reviews.set(name, { ...stored, spec: { ...stored.spec, reviewer: { username: 'eve' } } });
    expect(await recorder(deps)(CLICK)).toEqual({ outcome: 'Recorded' });
    const reviewers = [...server.reviews.values()].map(({ spec }) => spec.reviewer?.username);
    expect(reviewers).toEqual(['eve', 'mia']);
  });

  it('by an account that nobody linked shows the manifest that links it', async () => {
    const stranger = { ...CLICK, account: slackAccount({ ...slack, user: 'U0EVE' }) };
    const result = await recorder(deps)(stranger);
    expect(result).toMatchObject({
      outcome: 'NotLinked',
      manifest: expect.stringContaining('name: t0-u0eve'),
    });
  });

  it('by an account whose identity is about another one is not linked', async () => {
    server.identities.set(MIA.metadata.name, {
      ...MIA,
      spec: { ...MIA.spec, slack: { team: 'T0', user: 'U0mia' } },
    });
    expect(await recorder(deps)(CLICK)).toMatchObject({ outcome: 'NotLinked' });
  });

  it('by an account whose identity is being deleted is not linked', async () => {
    const metadata = { ...MIA.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    server.identities.set(MIA.metadata.name, { ...MIA, metadata });
    expect(await recorder(deps)(CLICK)).toMatchObject({ outcome: 'NotLinked' });
  });

  it.each([['ann'], ['Ann'], ['\u200bann ']])(
    'by the requester as %j is refused without asking for a right',
    async (username) => {
      server.identities.set(MIA.metadata.name, { ...MIA, spec: { ...MIA.spec, username } });
      expect(await recorder(deps)(CLICK)).toEqual({
        outcome: 'SelfReview',
        username,
      });
      expect(server.subjectAccessReview).not.toHaveBeenCalled();
    },
  );

  it('without the right names the verb and the role', async () => {
    server.subjectAccessReview.mockResolvedValue({ allowed: false });
    expect(await recorder(deps)({ ...CLICK, verdict: 'Deny' })).toEqual({
      outcome: 'NotAllowed',
      username: 'mia',
      verb: 'deny',
      role: 'approvalgate-approver',
      namespace: 'shop',
    });
  });

  it('on what is decided already is told so', async () => {
    const outcome = { outcome: 'AlreadyDecided', decision: DECISION };
    expect(await recorder(deps)({ ...CLICK, checkpoint: DECIDED })).toEqual(outcome);
    expect(server.reviews.size).toBe(0);
  });

  it('from the deadline on is told so', async () => {
    expect(await recorder({ ...deps, now: () => new Date(DEADLINE) })(CLICK)).toEqual({
      outcome: 'Expired',
      deadline: DEADLINE,
    });
    expect(server.reviews.size).toBe(0);
  });

  it.each<[string, Checkpoint | undefined, object]>([
    ['gone', undefined, { outcome: 'Gone' }],
    ['replaced by another', { ...OPEN, metadata: { ...OPEN.metadata, uid: 'u-2' } }, { outcome: 'Gone' }],
    ['decided', DECIDED, { outcome: 'AlreadyDecided', decision: DECISION }],
  ])('on what is %s by now is told so, not that admission refused', async (_, checkpoint, outcome) => {
    server.onCreate = () => {
      server.checkpoint = checkpoint;
      refusing(422, 'no such question')();
    };
    expect(await recorder(deps)(CLICK)).toEqual(outcome);
    expect(server.reviews.size).toBe(0);
  });

  it('costs one read, of who clicked, as the webhook reads the rest', async () => {
    expect(await recorder(deps)(CLICK)).toEqual({ outcome: 'Recorded' });
    expect(server.reads).toEqual(['ReviewerIdentity']);
  });

  it('waits while sixteen others are recorded, so that reads of the webhook find a place at the API server', async () => {
    const admitted = Promise.withResolvers<void>();
    let waiting = 0;
    const create = vi.spyOn(server, 'create').mockImplementation(async (_, object) => {
      waiting += 1;
      await admitted.promise;
      return object as never;
    });
    const record = recorder(deps);
    const recorded = Promise.all(Array.from({ length: 40 }, () => record(CLICK)));
    await vi.waitFor(() => expect(waiting).toBe(16));
    admitted.resolve();
    expect(new Set((await recorded).map(({ outcome }) => outcome))).toEqual(new Set(['Recorded']));
    expect(create).toHaveBeenCalledTimes(40);
  });

  it.each([[403], [422]])('that admission refuses with %i gives its words', async (status) => {
    server.onCreate = refusing(status, 'spec.reason: too long');
    expect(await recorder(deps)(CLICK)).toEqual({
      outcome: 'Failed',
      message: 'The API server refused the review: spec.reason: too long',
    });
  });

  it.each([[0], [500]])(
    'that fails with status %i asks to try again, and keeps the cause',
    async (status) => {
      server.onCreate = refusing(status, 'inner cause');
      const result = await recorder(deps)(CLICK);
      expect(result).toMatchObject({ outcome: 'Failed', message: expect.stringContaining('Try again') });
      expect(JSON.stringify(result)).not.toContain('inner cause');
    },
  );

  it('is not stored when the API server does not say whether it is allowed', async () => {
    server.subjectAccessReview.mockRejectedValue(new ApiError({ status: 0, message: 'no answer' }));
    expect(await recorder(deps)(CLICK)).toMatchObject({ outcome: 'Failed' });
    expect(server.reviews.size).toBe(0);
  });
});

describe("a Slack review's name", () => {
  it('is one of Kubernetes, the same on every replica, and another for another uid, person or verdict', () => {
    const names = [
      nameOf('u-1', 'mia', 'Approve'),
      nameOf('u-2', 'mia', 'Approve'),
      nameOf('u-1', 'tom', 'Approve'),
      nameOf('u-1', 'mia', 'Deny'),
    ];
    expect(new Set(names).size).toBe(4);
    expect(nameOf('u-1', 'mia', 'Approve')).toBe(names[0]);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,63}$/);
  });
});
