import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import { deadlineOf, rfc3339 } from '../../operator/model/time.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';

const OUTCOMES = ['Approved', 'Denied', 'TimedOut'];
const REASONS = [
  ...['RuleApproved', 'RuleDenied', 'Suggested', 'PersonApproved', 'PersonDenied'],
  ...['Unanswered', 'Incomplete', 'Undelivered', 'Invalid'],
];
const DECIDERS = ['Rule', 'Person', 'Deadline', 'Operator'];
const LEGAL = [
  ...['Approved RuleApproved Rule', 'Approved PersonApproved Person', 'Denied RuleDenied Rule'],
  ...['Denied Suggested Rule', 'Denied PersonDenied Person', 'Denied Invalid Operator'],
  ...['TimedOut Unanswered Deadline', 'TimedOut Incomplete Deadline', 'TimedOut Undelivered Deadline'],
];
const apiServer = withApiServer();

/** A status that is complete in every other respect. */
function statusOf(asked: Checkpoint, combination: string): CheckpointStatus {
  const [outcome = '', reason = '', type = ''] = combination.split(' ');
  const late = outcome === 'TimedOut';
  const time = rfc3339(late ? deadlineOf(asked) : new Date(asked.metadata.creationTimestamp ?? 0));
  const base = approvedStatus(asked);
  const approved = outcome === 'Approved' ? 'True' : 'False';
  const review = { name: 'r', username: 'mia', verdict: 'Approve', time };
  return {
    ...base,
    decision: {
      ...base.decision,
      ...{ outcome, reason, decidedBy: { type, name: 'x' }, decisionTime: time, reviews: [review] },
    },
    conditions: base.conditions?.map((each) =>
      each.type === 'Approved' ? { ...each, status: approved } : each,
    ),
  } as CheckpointStatus;
}

const write = (asked: Checkpoint, status: object) =>
  apiServer().operator.patchStatus<Checkpoint>(CHECKPOINTS, asked, status as CheckpointStatus);

/** What the API server says to a status, by the operator's own account; null takes all of it away. */
async function refusal(asked: Checkpoint, status: object | null): Promise<string> {
  return write(asked, status as object).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

/** With a part of the status changed. */
function changed(asked: Checkpoint, change: (status: CheckpointStatus) => object): Promise<string> {
  const status = approvedStatus(asked);
  return refusal(asked, { ...status, ...change(status) });
}

describe('a decision', () => {
  it('is one of nine combinations of outcome, reason and decider, of 108', async () => {
    const combinations = OUTCOMES.flatMap((outcome) =>
      REASONS.flatMap((reason) => DECIDERS.map((decider) => `${outcome} ${reason} ${decider}`)),
    );
    expect(combinations).toHaveLength(108);
    const accepted: string[] = [];
    for (const combination of combinations) {
      const asked = await apiServer().asked();
      const said = await refusal(asked, statusOf(asked, combination));
      if (said === 'accepted') accepted.push(combination);
      else expect(said).toContain('outcome, reason and decidedBy');
    }
    expect(accepted.sort()).toEqual([...LEGAL].sort());
  });

  it('is final: it can be neither changed nor removed, nor can what it rests on', async () => {
    const asked = await apiServer().asked();
    const status = { ...approvedStatus(asked), requirements: [{ minApprovals: 1 }] };
    const decided = await write(asked, status);
    const attempts: [object, string][] = [
      [{ decision: { ...status.decision, message: 'Another.' } }, 'status.decision is final'],
      [
        { decision: { ...status.decision, outcome: 'Denied', reason: 'RuleDenied' } },
        'status.decision is final',
      ],
      [{ decision: null }, 'status.decision is final'],
      [{ deadline: null }, 'status.deadline is write-once'],
      [{ deadline: '2031-01-01T00:00:00Z' }, 'status.deadline'],
      [{ requirements: [{ minApprovals: 2 }] }, 'status.requirements is write-once'],
      [{ requirements: null }, 'status.requirements is write-once'],
      [{ evaluations: null }, 'status.evaluations'],
      [{ conditions: null }, 'conditions'],
    ];
    for (const [change, message] of attempts) expect(await refusal(decided, change)).toContain(message);
    expect(await refusal(decided, { settled: true, decision: status.decision })).toBe('accepted');
  });

  it('survives an attempt to take all of the status away', async () => {
    const asked = await apiServer().asked();
    const decided = await write(asked, approvedStatus(asked));
    expect(await refusal(decided, null)).toContain('status.decision is final');
  });

  it.each<[string, (status: CheckpointStatus) => object, string]>([
    ['has no deadline', () => ({ deadline: undefined }), 'a decision needs a deadline'],
    ['has no conditions', () => ({ conditions: undefined }), 'conditions'],
    [
      'is said to be open by its conditions',
      ({ conditions = [] }) => ({ conditions: conditions.map((each) => ({ ...each, status: 'False' })) }),
      'conditions',
    ],
    [
      'was made by a rule at the deadline',
      ({ decision, deadline }) => ({ decision: { ...decision, decisionTime: deadline } }),
      'deadline',
    ],
    [
      'was made by a person without a review',
      ({ decision }) => ({
        decision: { ...decision, reason: 'PersonApproved', decidedBy: { type: 'Person', name: 'mia' } },
      }),
      'an approval by a person names its reviews',
    ],
    [
      'names another object',
      ({ decision }) => ({ decision: { ...decision, checkpointUID: '0-0' } }),
      'checkpointUID is not the uid',
    ],
    ['has a deadline of its own', () => ({ deadline: '2031-01-01T00:00:00Z' }), 'status.deadline is not'],
  ])('is refused where it %s', async (_, change, message) => {
    expect(await changed(await apiServer().asked(), change)).toContain(message);
  });

  it('by time-out is refused before the deadline', async () => {
    const asked = await apiServer().asked();
    const status = statusOf(asked, 'TimedOut Unanswered Deadline');
    const early = rfc3339(new Date(deadlineOf(asked).getTime() - 1000));
    const decision = { ...status.decision, decisionTime: early };
    expect(await refusal(asked, { ...status, decision })).toContain('deadline');
    expect(await refusal(asked, status)).toBe('accepted');
  });
});
