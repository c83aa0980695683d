import { expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { type Cacheable, ObjectCache } from './object-cache.ts';

interface Note extends Cacheable {
  readonly text?: string;
}

it('keeps less of an object once that is enough, and tells of no change', () => {
  let short = false;
  const told: string[] = [];
  const cache = new ObjectCache<Note>({
    log: createLogger('silent'),
    reduce: (note) => (short ? { metadata: note.metadata } : note),
    onChange: ({ type, object }) => told.push(`${type} ${object.text}`),
  });
  const note = (resourceVersion: string): Note => ({
    metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion },
    text: 'long',
  });
  cache.put(note('1'));
  const whole = cache.get('shop', 'a');
  short = true;
  expect(whole && cache.reduce(whole)).not.toHaveProperty('text');
  expect(cache.get('shop', 'a')).not.toHaveProperty('text');
  // A state that is not cached any more is not brought back.
  cache.put(note('2'));
  if (whole) cache.reduce(whole);
  expect(cache.get('shop', 'a')?.metadata.resourceVersion).toBe('2');
  cache.put(note('2'));
  expect(told).toEqual(['Added long', 'Updated undefined']);
});
