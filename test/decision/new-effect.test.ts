import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RuleDecision } from '../../crds/types.ts';
import { EFFECTS, type Effect } from '../../operator/model/effects.ts';
import { type Case, run } from './case.ts';

/** An effect that the product has not: its row is all that is said of it. */
const Hold = 'Hold' as RuleDecision;
const rows = EFFECTS as Record<string, Effect>;

beforeAll(() => {
  rows[Hold] = { ruling: 'Ask', stops: false, announced: 'Nowhere' };
});
afterAll(() => {
  delete rows[Hold];
});

const hold = { name: 'hold', decision: Hold, channel: 'C0000000AA' } as const;
const BASE = { name: 'hold', channel: 'C0000DEFAULT', after: 1, expect: {} };

it.each<[string, NonNullable<Case['rules']>, string[]]>([
  ['asks in no channel', [hold], []],
  [
    'leaves its channel to another rule that asks',
    [hold, { name: 'a', decision: 'RequireApproval' }],
    ['C0000DEFAULT'],
  ],
  [
    'leaves its channel to a rule that informs',
    [hold, { name: 'i', decision: 'Inform', channel: 'C0000000BB' }],
    ['C0000000BB'],
  ],
  ['asks in its channel where it fails', [{ ...hold, result: 'Error' }], ['C0000000AA']],
])('an asking effect that is announced nowhere %s', (_, rules, channels) => {
  const { status } = run({ ...BASE, rules });
  expect(status.requirements).toContainEqual({
    ruleRef: { kind: 'CheckpointRule', name: 'hold' },
    minApprovals: 1,
  });
  expect((status.notifications ?? []).map(({ channel }) => channel)).toEqual(channels);
  const notified = status.conditions?.find(({ type }) => type === 'Notified');
  expect(notified?.reason).toBe(channels.length > 0 ? 'Delivering' : 'NotAnnounced');
});
