import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointRule, RuleSpec } from '../../crds/types.ts';
import type { RuleResult } from '../decision/facts.ts';
import { RuleEvaluator } from './evaluator.ts';
import type { EvaluationInput } from './input.ts';

let evaluator: RuleEvaluator;

beforeEach(() => {
  evaluator = new RuleEvaluator();
});

afterEach(async () => {
  await evaluator.stop();
});

const evaluated = async (asked: EvaluationInput, since?: number): Promise<readonly RuleResult[]> =>
  (await evaluator.evaluate(asked, since)).results;

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

/** As many steps as a rule may ask for: several seconds of CPU time, so that no machine is quick enough for the budget. */
function endlessWalk(list: string): string {
  const walk = `${list}.all(x, ${list}.all(y, x + y >= 0.0 && ${list}.size() > 0 && x * y >= 0.0 && x - y < 9999.0))`;
  return Array(4).fill(walk).join(' && ');
}

const names = (results: readonly { ruleRef: { name: string }; result: string }[]): string[] =>
  results.map(({ ruleRef, result }) => `${ruleRef.name} ${result}`);

describe('evaluating rules', () => {
  it('gives the rules that match, with what they decide and the sentence they word', async () => {
    const spec: Partial<RuleSpec> = {
      condition: 'amount > 0 && amount < 50',
      message: "'Refund of ' + formatMoney(amount, 'USD')",
      notify: { slack: { channel: 'C00000LOGS' } },
    };
    await evaluator.setRule(rule('small', spec));
    await evaluator.setRule(rule('large', { condition: 'amount >= 50' }));
    expect(await evaluated(input())).toEqual([
      {
        ruleRef: { kind: 'CheckpointRule', name: 'small' },
        generation: 3,
        result: 'Matched',
        decision: 'AutoApprove',
        mode: 'Enforce',
        onError: 'Ask',
        condition: 'amount > 0 && amount < 50',
        message: 'Refund of $12.00',
        channel: 'C00000LOGS',
      },
    ]);
  });

  it('orders namespaced before cluster rules, each by name', async () => {
    for (const each of [clusterRule('a'), rule('z'), clusterRule('b'), rule('c')])
      await evaluator.setRule(each);
    expect(names(await evaluated(input()))).toEqual(['c Matched', 'z Matched', 'a Matched', 'b Matched']);
  });

  it('leaves out rules of other namespaces, actions and requesters', async () => {
    await evaluator.setRule(rule('elsewhere', {}, 'bank'));
    await evaluator.setRule(rule('other-action', { actions: ['send_*'] }));
    await evaluator.setRule(rule('other-requester', { requesters: ['system:serviceaccount:bank:*'] }));
    await evaluator.setRule(rule('fits', { actions: ['process_*'], requesters: ['*:refund-bot'] }));
    expect(names(await evaluated(input()))).toEqual(['fits Matched']);
  });

  it('makes a missing key an error that names the key and shows no value', async () => {
    await evaluator.setRule(rule('typo', { condition: 'amout < 50' }));
    expect(await evaluated(input({ amount: 'secret' }))).toMatchObject([
      { result: 'Error', message: 'spec.condition: 1:1: there is no context key amout' },
    ]);
  });

  it('makes a result that is no boolean an error', async () => {
    await evaluator.setRule(rule('number', { condition: 'amount' }));
    expect(names(await evaluated(input()))).toEqual(['number Error']);
  });

  it('keeps a rule matched whose sentence cannot be made', async () => {
    await evaluator.setRule(rule('words', { decision: 'Inform', message: "'for ' + customer" }));
    const [result] = await evaluated(input());
    expect(result).toMatchObject({ result: 'Matched' });
    expect(result).not.toHaveProperty('message');
  });

  it('makes a rule that does not compile an error for what it would match, and for nothing else', async () => {
    const { problems } = await evaluator.setRule(rule('broken', { condition: 'amount <' }));
    expect(problems).toMatchObject([{ field: 'spec.condition', line: 1, column: 9 }]);
    await evaluator.setRule(rule('fine'));
    expect(names(await evaluated(input()))).toEqual(['broken Error', 'fine Matched']);
  });

  it('sees every rule that was set, and none that was removed, before it was asked', async () => {
    const set = evaluator.setRule(rule('allow'));
    const between = evaluated(input());
    expect(names(await between)).toEqual(['allow Matched']);
    const removed = evaluator.removeRule(rule('allow'));
    expect(names(await evaluated(input()))).toEqual([]);
    await Promise.all([set, removed]);
  });

  it('says which rules it saw, and later looks only at newer ones that could still stop the checkpoint', async () => {
    await evaluator.setRule(rule('deny', { decision: 'AutoDeny' }));
    const { version } = await evaluator.evaluate(input());
    expect(version).toBe(evaluator.version);
    expect(names(await evaluated(input(), version))).toEqual([]);
    await evaluator.setRule(rule('suggest', { decision: 'Suggest' }));
    await evaluator.setRule(rule('allow'));
    await evaluator.setRule(rule('ask', { decision: 'RequireApproval' }));
    expect(names(await evaluated(input(), version))).toEqual(['suggest Matched']);
    await evaluator.setRule(rule('deny', { decision: 'AutoDeny' }));
    expect(names(await evaluated(input(), version))).toEqual(['deny Matched', 'suggest Matched']);
  });

  it('takes a rule that was touched and not changed for no change', async () => {
    const allow = rule('allow');
    const stored = { ...allow, metadata: { ...allow.metadata, uid: 'r1' } };
    const { version } = await evaluator.setRule(stored).then(() => evaluator);
    const touched = { ...stored, metadata: { ...stored.metadata, labels: { team: 'a' } } };
    expect(await evaluator.setRule(touched)).toEqual({ problems: [] });
    expect(evaluator.version).toBe(version);
    await evaluator.setRule({ ...touched, metadata: { ...touched.metadata, generation: 4 } });
    expect(evaluator.version).toBe(version + 1);
  });

  it('gives the same answer on every replay, because now is when the checkpoint was created', async () => {
    await evaluator.setRule(rule('at-ten', { condition: 'now.getHours() == 10' }));
    expect(names(await evaluated(input()))).toEqual(['at-ten Matched']);
  });

  it('lets the facts win over context keys of their names', async () => {
    await evaluator.setRule(
      rule('trusts', { condition: 'action == "process_refund" && context.action == "lie"' }),
    );
    expect(names(await evaluated(input({ action: 'lie' })))).toEqual(['trusts Matched']);
  });

  it('treats keys of prototypes as plain keys', async () => {
    const context = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as Record<string, unknown>;
    await evaluator.setRule(rule('proto', { condition: 'has(context.admin) || has(context.toString)' }));
    await evaluator.setRule(rule('plain', { condition: 'constructor == 1 && context["__proto__"].admin' }));
    expect(names(await evaluated(input(context)))).toEqual(['plain Matched']);
  });

  it.each([33, 1_000, 10_000, 100_000])('makes a context %i deep an error, and goes on', async (depth) => {
    let context: Record<string, unknown> = { end: 1 };
    for (let level = 0; level < depth; level += 1) context = { a: context };
    await evaluator.setRule(rule('any'));
    const [result] = await evaluated(input(context));
    expect(result).toMatchObject({
      result: 'Error',
      message: expect.stringMatching(/^spec\.context(\.a)+: must be at most 32 levels deep$/),
    });
    expect(names(await evaluated(input()))).toEqual(['any Matched']);
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
  ])('makes %s an error of every rule that it is for', async (_, context, message) => {
    await evaluator.setRule(rule('any'));
    await evaluator.setRule(rule('other', { actions: ['deploy'] }));
    expect(await evaluated(input(context))).toMatchObject([
      { ruleRef: { name: 'any' }, result: 'Error', message: expect.stringContaining(message) },
    ]);
  });

  it('shows no value of the context in an error', async () => {
    await evaluator.setRule(rule('tier', { condition: 'context[customer] == 1' }));
    const [result] = await evaluated(input({ customer: 'hunter2' }));
    expect(result).toMatchObject({ result: 'Error', message: 'spec.condition: 1:1: no such key' });
  });

  it('cuts a sentence to what the status holds, between characters', async () => {
    await evaluator.setRule(rule('long', { message: 'text' }));
    const [result] = await evaluated(input({ text: `a${'😀'.repeat(600)}` }));
    expect(result?.message).toHaveLength(1024);
    expect(result?.message?.isWellFormed()).toBe(true);
  });
});

describe('a rule that would hang or exhaust the evaluator', () => {
  const list = Array.from({ length: 1000 }, (_, i) => i);

  it.each([
    ['walks a list millions of times over', endlessWalk('items')],
    ['builds lists without end', 'items.map(x, items.map(y, [x, y, x, y, x, y, x, y, x, y])).size() > 0'],
  ])('%s is stopped, and nothing else suffers', async (_, condition) => {
    await evaluator.setRule(rule('bomb', { condition }));
    await evaluator.setRule(rule('fine', { condition: 'items.size() == 1000' }));
    const [first, second] = await Promise.all([
      evaluated(input({ items: list })),
      evaluated(input({ items: [] })),
    ]);
    expect(names(first)).toEqual(['bomb Error', 'fine Matched']);
    expect(first[0]?.message).toBe(
      'spec.condition: costs more than the 100,000 units that one rule may cost',
    );
    expect(names(second)).not.toContain('fine Matched');
    expect(names(await evaluated(input({ items: list })))).toContain('fine Matched');
  });

  it('does not lose a rule that is set while others are tried apart', async () => {
    await evaluator.setRule(rule('bomb-a', { condition: endlessWalk('a') }));
    await evaluator.setRule(rule('bomb-b', { condition: endlessWalk('b') }));
    await evaluated(input({ a: list, b: list }));
    const killing = evaluated(input({ a: list, b: [] }));
    const waiting = evaluated(input({ a: [], b: [] }));
    const setting = evaluator.setRule(rule('deny', { decision: 'AutoDeny' }));
    await setting;
    expect(names(await killing)).toEqual(expect.arrayContaining(['bomb-a Error', 'bomb-b Matched']));
    expect(names(await waiting)).toEqual(['bomb-a Matched', 'bomb-b Matched', 'deny Matched']);
    const after = await evaluated(input({ a: [], b: [] }));
    expect(names(after)).toEqual(['bomb-a Matched', 'bomb-b Matched', 'deny Matched']);
  });

  it('and is for the whole cluster leaves every other namespace its share of the time', async () => {
    await evaluator.setRule(clusterRule('bomb', { condition: endlessWalk('items') }));
    let flooded = 0;
    const hostile = input({ items: list }, {}, 'flood');
    await evaluator.evaluate(hostile);
    const flood = Array.from({ length: 40 }, () => evaluator.evaluate(hostile).then(() => (flooded += 1)));
    const harmless = Array.from({ length: 40 }, () => evaluated(input({ items: [] })));
    for (const results of await Promise.all(harmless)) expect(names(results)).toEqual(['bomb Matched']);
    expect(flooded).toBeLessThan(3);
    await evaluator.removeRule(clusterRule('bomb'));
    await Promise.all(flood);
  });

  it('is free again once it is changed', async () => {
    await evaluator.setRule(rule('bomb', { condition: endlessWalk('items') }));
    expect(names(await evaluated(input({ items: list })))).toEqual(['bomb Error']);
    await evaluator.setRule(rule('bomb', { condition: 'items.size() == 1000' }));
    expect(names(await evaluated(input({ items: list })))).toEqual(['bomb Matched']);
  });

  it('that costs too much to compile is an error for what it would match, and stops no other', async () => {
    const fat = `text.matches("${'a{1,1000}'.repeat(28)}")`;
    await evaluator.setRule(rule('fine'));
    const { problems } = await evaluator.setRule(
      rule('fat', { condition: fat, message: `${fat} ? "a" : "b"` }),
    );
    expect(problems).not.toEqual([]);
    const [fatResult, fineResult] = await evaluated(input({ text: 'a' }));
    expect(fatResult).toMatchObject({ ruleRef: { name: 'fat' }, result: 'Error' });
    expect(fatResult?.message).toMatch(/^it is not in force: /);
    expect(fineResult).toMatchObject({ ruleRef: { name: 'fine' }, result: 'Matched' });
    await evaluator.setRule(rule('fat', { condition: 'text.matches("^a$")' }));
    expect(names(await evaluated(input({ text: 'a' })))).toEqual(['fat Matched', 'fine Matched']);
  });

  it('by strings that double ends nothing but itself', async () => {
    const doubled = `${'cel.bind(s, s + s, '.repeat(26)}s.size() > 0${')'.repeat(26)}`;
    await evaluator.setRule(rule('doubling', { condition: `cel.bind(s, text, ${doubled})` }));
    await evaluator.setRule(rule('fine'));
    const results = names(await evaluated(input({ text: 'x'.repeat(60_000) })));
    expect(results).toEqual(['doubling Error', 'fine Matched']);
  });

  it('cannot hang by a pattern: patterns are RE2 and take linear time', async () => {
    await evaluator.setRule(rule('pattern', { condition: 'text.matches("^(a+)+$")' }));
    expect(names(await evaluated(input({ text: `${'a'.repeat(5_000)}b` })))).toEqual([]);
  });
});

describe('an evaluator that is stopped', () => {
  it('answers nothing that it could not work out, so that a stop is no failure of a rule', async () => {
    const slow = rule('slow', { condition: endlessWalk('items') });
    const asked = input({ items: Array.from({ length: 1000 }, (_, i) => i) });
    const answered: unknown[] = [];
    await evaluator.setRule(slow);
    void evaluated(asked).then((results) => answered.push(results));
    await evaluator.stop();
    const other = new RuleEvaluator();
    await other.setRule(slow);
    expect(names((await other.evaluate(asked)).results)).toEqual(['slow Error']);
    await other.stop();
    expect(answered).toEqual([]);
  });
});
