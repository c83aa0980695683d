import { describe, expect, it } from 'vitest';
import type { AdmissionRequest, AdmissionResponse, UserInfo } from './admission.ts';
import { checkChange, checkCheckpoint, stampCheckpoint } from './checkpoint.ts';

const BOT: UserInfo = {
  username: 'system:serviceaccount:shop:refund-bot',
  uid: 'u-1',
  groups: ['system:serviceaccounts', 'system:authenticated'],
};

function create(object: AdmissionRequest['object'], userInfo = BOT): AdmissionRequest {
  return {
    uid: '1',
    operation: 'CREATE',
    kind: 'Checkpoint',
    namespace: 'shop',
    userInfo,
    object,
    oldObject: {},
  };
}

function change(before: object, after: object): AdmissionRequest {
  const request = create({ metadata: { generation: 2, labels: { seen: 'yes' } }, spec: after });
  return { ...request, operation: 'UPDATE', oldObject: { metadata: { generation: 1 }, spec: before } };
}

function patched(answer: AdmissionResponse): Record<string, unknown> {
  if (!answer.allowed) throw new Error(answer.message);
  return Object.fromEntries((answer.patch ?? []).map(({ path, value }) => [path, value]));
}

describe('a new Checkpoint', () => {
  it('is stamped with its requester, whatever the client claims', () => {
    const forged = { spec: { requester: { username: 'mia', groups: ['system:masters'] }, agent: 'bot' } };
    expect(patched(stampCheckpoint(create(forged)))).toEqual({ '/spec/requester': BOT });
  });

  it('has no empty uid and no empty groups in its requester, as the policies compare them', () => {
    const bare = { username: 'mia', uid: '', groups: [] };
    expect(patched(stampCheckpoint(create({ spec: { agent: 'a' } }, bare)))['/spec/requester']).toEqual({
      username: 'mia',
    });
  });

  it.each([
    [{}, BOT, 'refund-bot'],
    [{ agent: null }, BOT, 'refund-bot'],
    [{}, { ...BOT, username: 'mia@example.com' }, 'mia@example.com'],
    [{}, { ...BOT, username: 'system:serviceaccount:shop' }, 'system:serviceaccount:shop'],
    [{}, { ...BOT, username: '😀'.repeat(254) }, '😀'.repeat(253)],
  ])('with spec %j by %o has an agent by default', (spec, user, agent) => {
    expect(patched(stampCheckpoint(create({ spec }, user)))['/spec/agent']).toBe(agent);
  });

  it.each([['my-bot'], [''], [7]])('keeps the agent %j, which the schema judges', (agent) => {
    expect(patched(stampCheckpoint(create({ spec: { agent } })))).not.toHaveProperty('/spec/agent');
  });

  it.each([[undefined], ['text'], [[]], [null]])('with spec %j is refused', (spec) => {
    expect(stampCheckpoint(create({ spec }))).toEqual({
      allowed: false,
      code: 422,
      message: 'spec: must be an object',
    });
  });

  it.each([
    ['stamping', stampCheckpoint],
    ['checking', checkCheckpoint],
  ])('with a context out of bounds is refused by %s, every place on a line', (_, handle) => {
    const context = {
      items: [{ price: 1 }, { price: 2 ** 53 }],
      list: Array.from({ length: 1001 }, () => 0),
    };
    expect(handle(create({ spec: { context } }))).toEqual({
      allowed: false,
      code: 422,
      message: [
        'spec.context.items[1].price: must be below 2^53 in absolute value; send an exact decimal as a string',
        'spec.context.list: must have at most 1000 items, has 1001',
      ].join('\n'),
    });
  });

  it('within bounds is allowed by checking', () => {
    expect(checkCheckpoint(create({ spec: { context: { amount: 12.5 } } }))).toEqual({ allowed: true });
  });

  it.each([
    [{ ...BOT, username: 'u'.repeat(513) }, 'is longer than 512 characters'],
    [
      { ...BOT, groups: Array.from({ length: 257 }, () => 'g') },
      'spec.requester.groups: you are in 257 groups, and at most 256 are recorded',
    ],
  ])('by somebody who cannot be recorded is refused in words that name the cause', (user, message) => {
    const answer = stampCheckpoint(create({ spec: {} }, user));
    expect(answer.allowed ? '' : answer.message).toContain(message);
  });
});

describe('a change of a Checkpoint', () => {
  const context = { amount: 12, to: 'acme', items: [1, { a: null, b: [] }] };
  const asked = { action: 'pay', context };

  it.each<[string, object]>([
    ['renamed keys', { x: 12, y: 'acme', z: context.items }],
    ['swapped values', { amount: 'acme', to: 12, items: context.items }],
    ['another number', { ...context, amount: 5000 }],
    ['a number as text', { ...context, amount: '12' }],
    ['a truth as a number', { ...context, items: [true, context.items[1]] }],
    ['a list in another order', { ...context, items: [context.items[1], 1] }],
    ['a list as a map', { ...context, items: { 0: 1, 1: context.items[1] } }],
    ['an empty map for an empty list', { ...context, items: [1, { a: null, b: {} }] }],
    ['null left out', { ...context, items: [1, { b: [] }] }],
    ['a renamed key deep inside', { ...context, items: [1, { c: null, b: [] }] }],
    ['everything nested', { inner: context }],
    ['nothing', {}],
    ['the key of a prototype', JSON.parse('{"__proto__":{"amount":12},"to":"acme","items":[]}') as object],
  ])('to %s is refused', (_, changed) => {
    expect(checkChange(change(asked, { ...asked, context: changed }))).toEqual({
      allowed: false,
      code: 422,
      message: 'spec: is immutable; create a new Checkpoint',
    });
  });

  it('without a context, or of another field, is refused', () => {
    for (const changed of [{ action: 'pay' }, { ...asked, action: 'pray' }, { ...asked, summary: 'Now!' }]) {
      expect(checkChange(change(asked, changed)).allowed).toBe(false);
    }
  });

  it('that leaves spec alone is allowed, in whatever order its keys come', () => {
    const { items, to, amount } = context;
    expect(checkChange(change(asked, { context: { items, to, amount }, action: 'pay' })).allowed).toBe(true);
  });
});
