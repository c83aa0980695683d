import { expect, it } from 'vitest';
import { FairLanes } from './fair-lanes.ts';

function taken(lanes: FairLanes<string>, times: number, ms: (item: string) => number): string[] {
  return Array.from({ length: times }, () => {
    const item = lanes.take() ?? '';
    lanes.used(item[0] ?? '', ms(item));
    return item;
  });
}

function lanesOf(...items: string[]): FairLanes<string> {
  const lanes = new FairLanes<string>();
  for (const item of items) lanes.add(item[0] ?? '', item);
  return lanes;
}

it('serves a lane in the order in which its work came', () => {
  expect(taken(lanesOf('a1', 'a2', 'a3'), 3, () => 10)).toEqual(['a1', 'a2', 'a3']);
});

it('lets the lane that has used the least go next, whoever came first', () => {
  const slow = (item: string) => (item.startsWith('a') ? 30 : 10);
  const lanes = lanesOf('a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'b4');
  expect(taken(lanes, 7, slow)).toEqual(['a1', 'b1', 'b2', 'b3', 'a2', 'b4', 'a3']);
});

it('takes turns where work is begun before the first has ended', () => {
  const lanes = lanesOf('a1', 'a2', 'b1', 'b2');
  expect([lanes.take(), lanes.take(), lanes.take(), lanes.take()]).toEqual(['a1', 'b1', 'a2', 'b2']);
});

it('gives a lane that was idle no credit, and does not free it of what it used', () => {
  const lanes = lanesOf('a1', 'a2', 'a3', 'a4', 'b1');
  expect(taken(lanes, 4, () => 100)).toEqual(['a1', 'b1', 'a2', 'a3']);
  lanes.add('c', 'c1');
  lanes.add('c', 'c2');
  lanes.add('b', 'b2');
  expect(taken(lanes, 4, () => 100)).toEqual(['c1', 'b2', 'a4', 'c2']);
});

it('forgets what was used once nobody waits, and how much waits is known', () => {
  const lanes = lanesOf('a1', 'b1');
  expect(lanes.size).toBe(2);
  taken(lanes, 2, (item) => (item === 'a1' ? 1_000 : 1));
  expect(lanes.take()).toBeUndefined();
  expect(lanes.size).toBe(0);
  for (const item of ['a2', 'b2']) lanes.add(item[0] ?? '', item);
  expect(lanes.take()).toBe('a2');
});
