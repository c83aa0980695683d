import { Ajv } from 'ajv';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { SCHEMA } from '../../crds/limits.ts';
import type { Checkpoint, CheckpointStatus, RuleSpec } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { delivered } from '../../operator/messages/delivery.ts';
import { viewOf } from '../../operator/messages/view.ts';
import { isSlackChannel } from '../../operator/model/slack-channel.ts';
import { deadlineOf } from '../../operator/model/time.ts';
import { sweep } from '../../operator/reconcile/sweep.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { RuleRegistry } from '../../operator/rules/registry.ts';
import { agentOf, identityProblems } from '../../webhook/identity.ts';
import { at, type Case, run } from './case.ts';
import { tightCrds } from './tight-schema.ts';

vi.mock(import('../../crds/limits.ts'), async () => {
  const { tightLimits } = await import('./tight-schema.ts');
  return { SCHEMA: await tightLimits() } as never;
});

const [checkpointCrd] = await tightCrds();
const fits = new Ajv({ strict: false, validateFormats: false }).compile(
  checkpointCrd?.schema.properties?.['status'] ?? false,
);

const LIMITS = SCHEMA.Checkpoint.status;
const LONG = 'x'.repeat(10_000);
const BASE = { after: 1, expect: {} };

const person = (index: number) =>
  `${'n'.repeat(LIMITS.decision.reviews.items.username.maxLength - 4)}${index}`;
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index));
const approvals = (count: number): NonNullable<Case['reviews']> =>
  people(count).map((by) => ({ by, verdict: 'Approve', at: 1, reason: LONG.slice(0, 1500) }));

function checkpointWith(status: CheckpointStatus = {}): Checkpoint {
  return {
    metadata: { name: 'refund', namespace: 'shop', uid: 'u1', creationTimestamp: at(0).toISOString() },
    spec: { action: 'process_refund' },
    status,
  };
}

describe('with tighter limits in the CRDs', () => {
  it('the limits that the product reads are the tighter ones', () => {
    expect(SCHEMA.Checkpoint.spec.timeoutSeconds.default).toBe(1080);
    expect(LIMITS.evaluations.maxItems).toBe(20);
  });

  it.each<[string, Partial<Case>]>([
    [
      'many rules deny at length',
      { rules: [{ name: 'deny', decision: 'AutoDeny', times: 90, message: LONG }] },
    ],
    [
      'many rules fail',
      { rules: [{ name: 'a', result: 'Error', times: 90, message: LONG, messageError: LONG }] },
    ],
    [
      'as many require approval as can be recorded',
      { rules: [{ name: 'r', decision: 'RequireApproval', times: 20 }] },
    ],
    ['one more requires approval', { rules: [{ name: 'r', decision: 'RequireApproval', times: 21 }] }],
    [
      'suggestions go to many channels',
      { rules: [{ name: 's', decision: 'Suggest', times: 90, channel: 'C0000000#' }] },
    ],
    [
      'questions go to as many as fit',
      { rules: [{ name: 'i', decision: 'Inform', times: 39, channel: 'C0000000#' }] },
    ],
    [
      'questions go to one more',
      { rules: [{ name: 'i', decision: 'Inform', times: 40, channel: 'C0000000#' }] },
    ],
    ['many people approve', { asked: [], after: 5, reviews: approvals(300) }],
    [
      'a person denies',
      { reviews: [{ by: person(1), verdict: 'Deny', at: 1, reason: LONG.slice(0, 1800) }] },
    ],
    ['the bounds are broken', { checkpoint: { context: { [LONG]: 2 ** 60, [`${LONG}1`]: 2 ** 60 } } }],
  ])('status fits where %s', (name, testCase) => {
    const { status } = run({ ...BASE, name, ...testCase });
    expect(status.conditions?.length).toBeGreaterThan(0);
    expect(fits(status), JSON.stringify(fits.errors)).toBe(true);
  });

  it('status fits where the chat product fails at length', () => {
    const before = { provider: 'Slack', channel: 'C1', state: 'Pending', attempts: 1 } as const;
    const delivery = { ok: false, reason: 'SlackFailed', message: LONG } as const;
    const after = delivered(checkpointWith(), before, { delivery, phase: 'Asking' }, at(1));
    expect(fits({ notifications: [after] }), JSON.stringify(fits.errors)).toBe(true);
  });

  it('one rule more than can be recorded lets no rule approve', () => {
    const rules = [{ name: 'yes', times: LIMITS.evaluations.maxItems + 1 }];
    expect(run({ ...BASE, name: 'full', rules }).status.decision).toBeUndefined();
    const fewer = [{ name: 'yes', times: LIMITS.evaluations.maxItems }];
    expect(run({ ...BASE, name: 'fits', rules: fewer }).status.decision?.outcome).toBe('Approved');
  });

  it('a message says that there may be more causes than are recorded', () => {
    const { status } = run({ ...BASE, name: 'full', rules: [{ name: 'yes', times: 21 }] });
    expect(viewOf(checkpointWith(status), { provider: 'Slack', channel: 'C1' }, []).why).toEqual([
      expect.stringContaining('which are 20'),
    ]);
  });

  it('what has no time of its own has the default', async () => {
    expect(deadlineOf(checkpointWith())).toEqual(at(1080));
    const decided = checkpointWith({ decision: { decisionTime: at(0).toISOString() } as never });
    const client = {
      list: () => Promise.resolve({ items: [decided] }),
      delete: () => Promise.resolve(),
    } as never as KubeClient;
    const announce = () => Promise.resolve();
    const log = pino({ level: 'silent' });
    const ttl = SCHEMA.Checkpoint.spec.ttlSecondsAfterDecision.default;
    expect(ttl).toBe(155_520);
    expect(await sweep({ client, now: at(ttl - 1), log, announce })).toMatchObject({ expired: 0 });
    expect(await sweep({ client, now: at(ttl), log, announce })).toMatchObject({ expired: 1 });
  });

  it('what a rule words or fails with is cut', () => {
    const registry = new RuleRegistry();
    const spec: RuleSpec = { actions: ['*'], decision: 'Inform' };
    registry.set({ metadata: { name: 'words' }, spec: { ...spec, message: `"${'x'.repeat(2000)}"` } });
    registry.set({ metadata: { name: 'fails' }, spec: { ...spec, condition: LONG } });
    const results = registry.evaluate({ checkpoint: checkpointWith(), namespaceLabels: {} });
    expect(results.map(({ result }) => result)).toEqual(['Error', 'Matched']);
    for (const { message } of results) {
      expect(message?.length).toBeLessThanOrEqual(LIMITS.evaluations.items.message.maxLength);
    }
  });

  it('an expression is refused from its own length on', () => {
    const { condition, message } = SCHEMA.CheckpointRule.spec;
    const sourceOf = (length: number) => `"${'x'.repeat(length - 2)}"`;
    const lengths = { condition: condition.maxLength, message: message.maxLength };
    expect(compileRule({ message: sourceOf(lengths.message) })).toMatchObject({ ok: true });
    expect(compileRule({ message: sourceOf(lengths.message + 1) })).toMatchObject({
      problems: [{ field: 'spec.message', code: 'too_long' }],
    });
    expect(compileRule({ condition: `${sourceOf(lengths.condition - 4)} > ""` })).toMatchObject({
      problems: [{ field: 'spec.condition', code: 'too_long' }],
    });
  });

  it('a caller is refused from the length on for which there is no room', () => {
    const { username, groups } = SCHEMA.Checkpoint.spec.requester;
    const caller = { username: LONG.slice(0, username.maxLength), uid: '', groups: people(groups.maxItems) };
    expect(identityProblems('spec.requester', caller)).toEqual([]);
    const longer = { username: `${caller.username}x`, uid: '', groups: [...caller.groups, 'one-more'] };
    expect(identityProblems('spec.reviewer', longer)).toHaveLength(2);
    expect(agentOf({ ...caller, username: LONG })).toHaveLength(SCHEMA.Checkpoint.spec.agent.maxLength);
  });

  it('a channel is one up to its length', () => {
    const { maxLength } = SCHEMA.CheckpointRule.spec.notify.slack.channel;
    expect(isSlackChannel(`C${'0'.repeat(maxLength - 1)}`)).toBe(true);
    expect(isSlackChannel(`C${'0'.repeat(maxLength)}`)).toBe(false);
  });
});
