import { describe, expect, it } from 'vitest';
import { guardOf, kindOf, parseSignature } from './signatures.ts';

const TYPES = new Set(['string', 'list', 'map', 'net.IP', 'google.protobuf.Timestamp']);
const isType = (name: string): boolean => TYPES.has(kindOf(name));

describe('a signature', () => {
  it.each([
    ['string.charAt(int): string', 'charAt', 'string', ['int'], 'string'],
    ['size(list): int', 'size', undefined, ['list'], 'int'],
    ['math.greatest(dyn, dyn): dyn', 'math.greatest', undefined, ['dyn', 'dyn'], 'dyn'],
    ['net.IP.family(): int', 'family', 'net.IP', [], 'int'],
    ['ip.isCanonical(string): bool', 'ip.isCanonical', undefined, ['string'], 'bool'],
    ['list<A>.first(): optional<A>', 'first', 'list<A>', [], 'optional<A>'],
    ['map<K, V>.keys(): list<K>', 'keys', 'map<K, V>', [], 'list<K>'],
    [
      'pick(map<string, list<int>>, int): list<int>',
      'pick',
      undefined,
      ['map<string, list<int>>', 'int'],
      'list<int>',
    ],
    ['timestamp.getHours(string): int', 'getHours', 'google.protobuf.Timestamp', ['string'], 'int'],
    ['timestamp(string): timestamp', 'timestamp', undefined, ['string'], 'google.protobuf.Timestamp'],
  ])('%s', (text, ...[name, receiver, params, returns]) => {
    expect(parseSignature(text, isType)).toEqual({ name, receiver, params, returns });
  });

  it('that is none is a mistake of ours', () => {
    expect(() => parseSignature('charAt', isType)).toThrow('no signature: charAt');
  });
});

describe('a guard', () => {
  it.each([
    ['dyn', 1n, true],
    ['A', 1n, true],
    ['int', 1n, true],
    ['int', 1, false],
    ['double', 1, true],
    ['list<string>', ['a'], true],
    ['list', 'a', false],
    ['null', null, true],
    ['string', null, false],
    ['bytes', new Uint8Array(), true],
  ])('of %s for %s: %s', (type, value, fits) => {
    expect(guardOf(type)(value)).toBe(fits);
  });
});
