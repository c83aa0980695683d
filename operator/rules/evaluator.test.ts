import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointRule, RuleSpec } from '../../crds/types.ts';
import { RuleEvaluator } from './evaluator.ts';

let evaluator: RuleEvaluator;

beforeEach(() => {
  evaluator = new RuleEvaluator();
});

afterEach(async () => {
  await evaluator.stop();
});

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

function input(context: Record<string, unknown> = { amount: 12 }, labels: Record<string, string> = {}) {
  const checkpoint: Checkpoint = {
    metadata: { name: 'c', namespace: 'shop', uid: 'u', creationTimestamp: '2026-11-02T10:00:00Z' },
    spec: {
      action: 'process_refund',
      agent: 'bot',
      context,
      requester: { username: 'system:serviceaccount:shop:refund-bot' },
    },
  };
  return { checkpoint, namespaceLabels: labels };
}

const names = (results: readonly { ruleRef: { name: string }; result: string }[]): string[] =>
  results.map(({ ruleRef, result }) => `${ruleRef.name} ${result}`);

describe('evaluating rules', () => {
  it('gives the rules that match, with what they decide and the sentence they word', async () => {
    const spec: Partial<RuleSpec> = {
      condition: 'amount < 50',
      message: "'Refund of ' + formatMoney(amount, 'USD')",
      notify: { slack: { channel: 'C00000LOGS' } },
    };
    await evaluator.setRule(rule('small', spec));
    await evaluator.setRule(rule('large', { condition: 'amount >= 50' }));
    expect(await evaluator.evaluate(input())).toEqual([
      {
        ruleRef: { kind: 'CheckpointRule', name: 'small' },
        generation: 3,
        result: 'Matched',
        decision: 'AutoApprove',
        mode: 'Enforce',
        onError: 'Ask',
        condition: 'amount < 50',
        message: 'Refund of $12.00',
        channel: 'C00000LOGS',
      },
    ]);
  });

  it('orders namespaced before cluster rules, each by name', async () => {
    for (const each of [clusterRule('a'), rule('z'), clusterRule('b'), rule('c')])
      await evaluator.setRule(each);
    expect(names(await evaluator.evaluate(input()))).toEqual([
      'c Matched',
      'z Matched',
      'a Matched',
      'b Matched',
    ]);
  });

  it('leaves out rules of other namespaces, actions and requesters', async () => {
    await evaluator.setRule(rule('elsewhere', {}, 'bank'));
    await evaluator.setRule(rule('other-action', { actions: ['send_*'] }));
    await evaluator.setRule(rule('other-requester', { requesters: ['system:serviceaccount:bank:*'] }));
    await evaluator.setRule(rule('fits', { actions: ['process_*'], requesters: ['*:refund-bot'] }));
    expect(names(await evaluator.evaluate(input()))).toEqual(['fits Matched']);
  });

  it('makes a missing key an error that names the key and shows no value', async () => {
    await evaluator.setRule(rule('typo', { condition: 'amout < 50' }));
    expect(await evaluator.evaluate(input({ amount: 'secret' }))).toMatchObject([
      { result: 'Error', message: 'spec.condition: Unknown variable: amout' },
    ]);
  });

  it('makes a result that is no boolean an error', async () => {
    await evaluator.setRule(rule('number', { condition: 'amount' }));
    expect(names(await evaluator.evaluate(input()))).toEqual(['number Error']);
  });

  it('keeps a rule matched whose sentence cannot be made', async () => {
    await evaluator.setRule(rule('words', { decision: 'Inform', message: "'for ' + customer" }));
    const [result] = await evaluator.evaluate(input());
    expect(result).toMatchObject({ result: 'Matched' });
    expect(result).not.toHaveProperty('message');
  });

  it('makes a rule that does not compile an error for what it would match, and for nothing else', async () => {
    const { problems } = await evaluator.setRule(rule('broken', { condition: 'amount <' }));
    expect(problems).toMatchObject([{ field: 'spec.condition', line: 1, column: 9 }]);
    await evaluator.setRule(rule('fine'));
    expect(names(await evaluator.evaluate(input()))).toEqual(['broken Error', 'fine Matched']);
  });

  it('sees exactly the rules that were set before it was asked', async () => {
    const before = evaluator.evaluate(input());
    const set = evaluator.setRule(rule('allow'));
    const between = evaluator.evaluate(input());
    const removed = evaluator.removeRule(rule('allow'));
    const after = evaluator.evaluate(input());
    await Promise.all([set, removed]);
    expect([names(await before), names(await between), names(await after)]).toEqual([
      [],
      ['allow Matched'],
      [],
    ]);
  });

  it('gives the same answer on every replay, because now is when the checkpoint was created', async () => {
    await evaluator.setRule(rule('at-ten', { condition: 'now.getHours() == 10' }));
    expect(names(await evaluator.evaluate(input()))).toEqual(['at-ten Matched']);
  });

  it('lets the facts win over context keys of their names', async () => {
    await evaluator.setRule(
      rule('trusts', { condition: 'action == "process_refund" && context.action == "lie"' }),
    );
    expect(names(await evaluator.evaluate(input({ action: 'lie' })))).toEqual(['trusts Matched']);
  });

  it('treats keys of prototypes as plain keys', async () => {
    const context = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as Record<string, unknown>;
    await evaluator.setRule(rule('proto', { condition: 'has(context.admin) || has(context.toString)' }));
    await evaluator.setRule(rule('plain', { condition: 'constructor == 1 && context["__proto__"].admin' }));
    expect(names(await evaluator.evaluate(input(context)))).toEqual(['plain Matched']);
  });

  it('makes a context out of bounds an error, however deep', async () => {
    let context: Record<string, unknown> = { end: 1 };
    for (let depth = 0; depth < 1_000; depth += 1) context = { a: context };
    await evaluator.setRule(rule('any'));
    expect(names(await evaluator.evaluate(input(context)))).toEqual(['any Error']);
  });
});

describe('a rule that would hang or exhaust the evaluator', () => {
  const list = Array.from({ length: 1000 }, (_, i) => i);

  it.each([
    [
      'walks a list a million times over',
      'items.all(x, items.all(y, x + y >= 0.0 && items.size() > 0 && x * y >= 0.0 && x - y < 9999.0))',
    ],
    ['builds lists without end', 'items.map(x, items.map(y, [x, y, x, y, x, y, x, y, x, y])).size() > 0'],
  ])('%s is stopped, and nothing else suffers', async (_, condition) => {
    await evaluator.setRule(rule('bomb', { condition }));
    await evaluator.setRule(rule('fine', { condition: 'items.size() == 1000' }));
    const [first, second] = await Promise.all([
      evaluator.evaluate(input({ items: list })),
      evaluator.evaluate(input({ items: [] })),
    ]);
    expect(names(first)).toEqual(['bomb Error', 'fine Matched']);
    expect(first[0]?.message).toContain('too much time or memory');
    expect(names(second)).not.toContain('fine Matched');
    expect(names(await evaluator.evaluate(input({ items: list })))).toContain('fine Matched');
  });

  it('cannot hang by a pattern: patterns are RE2 and take linear time', async () => {
    await evaluator.setRule(rule('pattern', { condition: 'text.matches("^(a+)+$")' }));
    expect(names(await evaluator.evaluate(input({ text: `${'a'.repeat(5_000)}b` })))).toEqual([]);
  });
});
