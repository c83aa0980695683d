import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelSelector, RuleSpec } from '../../crds/types.ts';
import { fitsGlob, isFor, type Matchable, type Subject, selects } from './match.ts';

describe('a glob', () => {
  it.each([
    ['process_refund', 'process_refund', true],
    ['process_refund', 'process_refunds', false],
    ['process_refund', 'Process_refund', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['process_*', 'process_refund', true],
    ['process_*', 'process_', true],
    ['*_refund', 'process_refund', true],
    ['p*_*d', 'process_refund', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*ab*ab', 'ab', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
    ['[a]*', 'a', false],
    ['', '', true],
    ['', 'x', false],
  ])('%s fits %s: %s', (glob, text, fits) => {
    expect(fitsGlob(glob, text)).toBe(fits);
  });

  it('fits what its regular expression fits', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '*', '.', '('), { maxLength: 8 })
      .map((each) => each.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', '.', '(', '\n'), { maxLength: 12 })
      .map((each) => each.join(''));
    fc.assert(
      fc.property(letters, text, (glob, subject) => {
        const pattern = glob
          .split('*')
          .map((part) => part.replaceAll(/[.(]/g, '\\$&'))
          .join('.*');
        expect(fitsGlob(glob, subject)).toBe(new RegExp(`^(?:${pattern})$`, 's').test(subject));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a namespace selector', () => {
  const labels = { env: 'prod', team: 'shop', empty: '' };

  it.each<[string, LabelSelector, boolean]>([
    ['an empty selector selects all', {}, true],
    ['all labels must be there', { matchLabels: { env: 'prod', team: 'shop' } }, true],
    ['one other value is enough to miss', { matchLabels: { env: 'prod', team: 'bank' } }, false],
    ['an empty value is a value', { matchLabels: { empty: '' } }, true],
    ['an absent label has no value, not the empty one', { matchLabels: { absent: '' } }, false],
    [
      'In holds for one of the values',
      { matchExpressions: [{ key: 'env', operator: 'In', values: ['test', 'prod'] }] },
      true,
    ],
    [
      'In does not hold without the label',
      { matchExpressions: [{ key: 'absent', operator: 'In', values: [''] }] },
      false,
    ],
    [
      'NotIn holds for another value',
      { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['test'] }] },
      true,
    ],
    [
      'NotIn does not hold for one of the values',
      { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] },
      false,
    ],
    [
      'NotIn holds without the label',
      { matchExpressions: [{ key: 'absent', operator: 'NotIn', values: ['x'] }] },
      true,
    ],
    ['Exists holds whatever the value', { matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
    [
      'Exists does not hold without the label',
      { matchExpressions: [{ key: 'absent', operator: 'Exists' }] },
      false,
    ],
    [
      'DoesNotExist holds without the label',
      { matchExpressions: [{ key: 'absent', operator: 'DoesNotExist' }] },
      true,
    ],
    [
      'DoesNotExist does not hold with it',
      { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] },
      false,
    ],
    [
      'labels and expressions must both hold',
      { matchLabels: { env: 'prod' }, matchExpressions: [{ key: 'team', operator: 'In', values: ['bank'] }] },
      false,
    ],
    [
      'a name of the prototype is no label',
      { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] },
      false,
    ],
  ])('%s', (_, selector, selected) => {
    expect(selects(selector, labels)).toBe(selected);
  });
});

describe('a rule is for a checkpoint', () => {
  const subject: Subject = {
    namespace: 'shop',
    namespaceLabels: { env: 'prod' },
    action: 'process_refund',
    username: 'system:serviceaccount:shop:refund-bot',
  };
  const spec: RuleSpec = { actions: ['process_*'], decision: 'AutoApprove' };

  it.each<[string, Partial<Matchable['metadata']> & Pick<Matchable, 'spec'>, boolean]>([
    ['by its action', { spec }, true],
    ['of its own namespace', { namespace: 'shop', spec }, true],
    ['not of another namespace', { namespace: 'bank', spec }, false],
    ['by any of its actions', { spec: { ...spec, actions: ['deploy', 'process_refund'] } }, true],
    ['not of another action', { spec: { ...spec, actions: ['deploy'] } }, false],
    ['by its requester', { spec: { ...spec, requesters: ['system:serviceaccount:shop:*'] } }, true],
    ['not of another requester', { spec: { ...spec, requesters: ['mia'] } }, false],
    [
      'not of a namespace that is not selected',
      { spec: { ...spec, namespaceSelector: { matchLabels: { env: 'test' } } } },
      false,
    ],
    [
      'not where only one of all filters fails',
      { namespace: 'shop', spec: { ...spec, requesters: ['*'], actions: ['x'] } },
      false,
    ],
  ])('%s', (_, { spec: its, ...metadata }, is) => {
    expect(isFor({ metadata, spec: its }, subject)).toBe(is);
  });
});
