import { beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointRule, RuleSpec } from '../../crds/types.ts';
import type { EvaluationInput } from './input.ts';
import { RuleRegistry } from './registry.ts';
import type { Evaluated } from './result.ts';

let registry: RuleRegistry;

beforeEach(() => {
  registry = new RuleRegistry();
});

const evaluated = (asked: EvaluationInput, since?: number): readonly Evaluated[] =>
  registry.evaluate(asked, since);

function rule(
  name: string,
  spec: Partial<RuleSpec> = {},
  namespace: string | undefined = 'shop',
): CheckpointRule {
  return {
    metadata: { name, generation: 3, ...(namespace ? { namespace } : {}) },
    spec: { actions: ['process_refund'], decision: 'AutoApprove', ...spec },
  };
}

function clusterRule(name: string, spec: Partial<RuleSpec> = {}): CheckpointRule {
  const { namespace: _, ...metadata } = rule(name).metadata;
  return { ...rule(name, spec), metadata };
}

function input(
  context: Record<string, unknown> = { amount: 12 },
  labels: Record<string, string> = {},
  namespace = 'shop',
) {
  const checkpoint: Checkpoint = {
    metadata: { name: 'c', namespace, uid: 'u', creationTimestamp: '2026-11-02T10:00:00Z' },
    spec: {
      action: 'process_refund',
      agent: 'bot',
      context,
      requester: { username: 'system:serviceaccount:shop:refund-bot' },
    },
  };
  return { checkpoint, namespaceLabels: labels };
}

const list = Array.from({ length: 1000 }, (_, i) => i);
/** A million steps, more than a rule may take. */
const DEAR = 'items.all(x, items.all(y, x + y >= 0.0))';

const names = (results: readonly { ruleRef: { name: string }; result: string }[]): string[] =>
  results.map(({ ruleRef, result }) => `${ruleRef.name} ${result}`);

describe('the rules in force', () => {
  it('takes another spec of the same generation, as after a restore from a backup', () => {
    const { metadata, spec } = rule('limit');
    const before = { metadata: { ...metadata, uid: 'limit' }, spec: { ...spec, condition: 'amount < 50' } };
    registry.set(before);
    registry.set({ ...before, spec: { ...spec, condition: 'amount < 5' } });
    expect(evaluated(input())).toEqual([]);
  });

  it('gives the rules that match, with what they decide and the sentence they word', () => {
    const spec: Partial<RuleSpec> = {
      condition: 'amount < 50',
      message: "'Refund of ' + formatMoney(amount, 'USD')",
      notify: { slack: { channel: 'C00000LOGS' } },
    };
    registry.set(rule('small', spec));
    registry.set(rule('large', { condition: 'amount >= 50' }));
    expect(evaluated(input())).toEqual([
      {
        ruleRef: { kind: 'CheckpointRule', name: 'small' },
        generation: 3,
        result: 'Matched',
        decision: 'AutoApprove',
        mode: 'Enforce',
        onError: 'Ask',
        condition: 'amount < 50',
        message: 'Refund of $12.00',
        notify: { slack: { channel: 'C00000LOGS' } },
      },
    ]);
  });

  it('orders namespaced before cluster rules, each by name', () => {
    for (const each of [clusterRule('a'), rule('z'), clusterRule('b'), rule('c')]) registry.set(each);
    expect(names(evaluated(input()))).toEqual(['c Matched', 'z Matched', 'a Matched', 'b Matched']);
  });

  it('leaves out rules of other namespaces, actions and requesters', () => {
    registry.set(rule('elsewhere', {}, 'bank'));
    registry.set(rule('other-action', { actions: ['send_*'] }));
    registry.set(rule('other-requester', { requesters: ['system:serviceaccount:bank:*'] }));
    registry.set(rule('fits', { actions: ['process_*'], requesters: ['*:refund-bot'] }));
    expect(names(evaluated(input()))).toEqual(['fits Matched']);
  });

  it('makes a missing key an error that names the key and shows no value', () => {
    registry.set(rule('typo', { condition: 'amout < 50' }));
    expect(evaluated(input({ amount: 'secret' }))).toMatchObject([
      { result: 'Error', message: 'spec.condition: 1:1: there is no context key amout' },
    ]);
  });

  it('makes a result that is no boolean an error', () => {
    registry.set(rule('number', { condition: 'amount' }));
    expect(names(evaluated(input()))).toEqual(['number Error']);
  });

  it.each([
    ["'for ' + customer", 'spec.message: 1:10: there is no context key customer'],
    ['amount', 'spec.message: gave something other than a string'],
  ])('keeps a rule matched whose sentence cannot be made, and notes why: %s', (message, messageError) => {
    registry.set(rule('words', { decision: 'Inform', message }));
    const [result] = evaluated(input());
    expect(result).toMatchObject({ result: 'Matched', messageError });
    expect(result).not.toHaveProperty('message');
  });

  it('makes a rule that does not compile an error for what it would match, and for nothing else', () => {
    const compilation = registry.set(rule('broken', { condition: 'amount <' }));
    expect(compilation).toMatchObject({
      ok: false,
      problems: [{ field: 'spec.condition', line: 1, column: 9 }],
    });
    registry.set(rule('fine'));
    expect(names(evaluated(input()))).toEqual(['broken Error', 'fine Matched']);
  });

  it('knows a rule from the moment it is set to the moment it is removed', () => {
    registry.set(rule('allow'));
    expect(names(evaluated(input()))).toEqual(['allow Matched']);
    registry.set(rule('allow', { condition: 'amount > 100' }));
    expect(names(evaluated(input()))).toEqual([]);
    registry.remove(rule('allow'));
    registry.remove(rule('allow'));
    expect(names(evaluated(input({ amount: 200 })))).toEqual([]);
  });

  it('looks later only at newer rules that could still stop the checkpoint', () => {
    registry.set(rule('deny', { decision: 'AutoDeny' }));
    const { version } = registry;
    expect(names(evaluated(input(), version))).toEqual([]);
    registry.set(rule('suggest', { decision: 'Suggest' }));
    registry.set(rule('allow'));
    registry.set(rule('ask', { decision: 'RequireApproval' }));
    expect(names(evaluated(input(), version))).toEqual(['suggest Matched']);
    registry.set(rule('deny', { decision: 'AutoDeny' }));
    expect(names(evaluated(input(), version))).toEqual(['deny Matched', 'suggest Matched']);
  });

  it('takes a rule that was touched and not changed for no change', () => {
    const allow = rule('allow');
    const stored = { ...allow, metadata: { ...allow.metadata, uid: 'r1' } };
    const compilation = registry.set(stored);
    const { version } = registry;
    const touched = { ...stored, metadata: { ...stored.metadata, labels: { team: 'a' } } };
    expect(registry.set(touched)).toBe(compilation);
    expect(registry.version).toBe(version);
    registry.set({ ...touched, metadata: { ...touched.metadata, generation: 4 } });
    expect(registry.version).toBe(version + 1);
    registry.set({ ...touched, metadata: { ...touched.metadata, uid: 'r2', generation: 4 } });
    expect(registry.version).toBe(version + 2);
  });

  it('gives the same answer on every replay, because now is when the checkpoint was created', () => {
    registry.set(rule('at-ten', { condition: 'now.getHours() == 10' }));
    expect(names(evaluated(input()))).toEqual(['at-ten Matched']);
  });

  it('lets the facts win over context keys of their names', () => {
    registry.set(rule('trusts', { condition: 'action == "process_refund" && context.action == "lie"' }));
    expect(names(evaluated(input({ action: 'lie' })))).toEqual(['trusts Matched']);
  });

  it('treats keys of prototypes as plain keys', () => {
    const context = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as Record<string, unknown>;
    registry.set(rule('proto', { condition: 'has(context.admin) || has(context.toString)' }));
    registry.set(rule('plain', { condition: 'constructor == 1 && context["__proto__"].admin' }));
    expect(names(evaluated(input(context)))).toEqual(['plain Matched']);
  });

  it.each([33, 1_000, 10_000, 100_000])('makes a context %i deep an error, and goes on', (depth) => {
    let context: Record<string, unknown> = { end: 1 };
    for (let level = 0; level < depth; level += 1) context = { a: context };
    registry.set(rule('any'));
    const [result] = evaluated(input(context));
    expect(result).toMatchObject({
      result: 'Error',
      message: expect.stringMatching(/^spec\.context(\.a)+: must be at most 32 levels deep$/),
    });
    expect(names(evaluated(input()))).toEqual(['any Matched']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a number beyond what JSON carries exactly',
      { amount: 2 ** 53 },
      'spec.context.amount: must be below 2^53',
    ],
    [
      'a list that is too long',
      { items: Array(1001).fill(1) },
      'spec.context.items: must have at most 1000 items',
    ],
    ['too many bytes', { text: 'x'.repeat(65_536) }, 'spec.context: must be at most 65536 bytes'],
  ])('makes %s an error of every rule that it is for', (_, context, message) => {
    registry.set(rule('any'));
    registry.set(rule('other', { actions: ['deploy'] }));
    expect(evaluated(input(context))).toMatchObject([
      { ruleRef: { name: 'any' }, result: 'Error', message: expect.stringContaining(message) },
    ]);
  });

  it('shows no value of the context in an error', () => {
    registry.set(rule('tier', { condition: 'context[customer] == 1' }));
    const [result] = evaluated(input({ customer: 'hunter2' }));
    expect(result).toMatchObject({ result: 'Error', message: 'spec.condition: 1:1: no such key' });
  });

  it('cuts a sentence to what the status holds, between characters', () => {
    registry.set(rule('long', { message: 'text' }));
    const [result] = evaluated(input({ text: `a${'😀'.repeat(600)}` }));
    expect(result?.message).toHaveLength(1024);
    expect(result?.message?.isWellFormed()).toBe(true);
  });

  it('says which limit a rule came to, and goes on with the others', () => {
    registry.set(rule('dear', { condition: DEAR }));
    registry.set(rule('fine'));
    const [dear, fine] = evaluated(input({ items: list }));
    expect(dear).toMatchObject({ result: 'Error', message: expect.stringContaining('one rule') });
    expect(fine).toMatchObject({ ruleRef: { name: 'fine' }, result: 'Matched' });
  });

  it('tells of each rule that came to a limit, its own or the checkpoint’s, and of no other', () => {
    const told: string[] = [];
    registry = new RuleRegistry(({ metadata }) => told.push(metadata.name));
    registry.set(rule('dear', { condition: DEAR }));
    registry.set(rule('wrong', { condition: 'items.nothing' }));
    registry.set(rule('fine'));
    evaluated(input({ items: list }));
    expect(told).toEqual(['dear']);
    for (let i = 0; i < 10; i += 1) registry.set(rule(`z-${i}`, { condition: DEAR }));
    told.length = 0;
    evaluated(input({ items: list }));
    expect(told.length).toBeGreaterThanOrEqual(11);
  });

  it('lets cluster rules, and those that stop, spend first what a checkpoint may cost', () => {
    for (let i = 0; i < 10; i += 1) registry.set(rule(`a-${i}`, { condition: DEAR }));
    registry.set(rule('z-deny', { decision: 'AutoDeny', condition: `items.size() == ${list.length}` }));
    registry.set(
      clusterRule('z-deny', { decision: 'AutoDeny', condition: `items.size() == ${list.length}` }),
    );
    const results = evaluated(input({ items: list }));
    expect(results.filter(({ result }) => result === 'Matched')).toMatchObject([
      { ruleRef: { kind: 'CheckpointRule', name: 'z-deny' } },
      { ruleRef: { kind: 'ClusterCheckpointRule', name: 'z-deny' } },
    ]);
    expect(results.at(-3)?.message).toContain('the rules for one checkpoint');
  });
});
