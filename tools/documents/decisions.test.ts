import { describe, expect, it } from 'vitest';
import { decisionFaults } from './decisions.ts';

const RECORDS = [
  { file: '0001-a-wheel.md', title: 'A wheel of our own' },
  { file: '0002-a-cart.md', title: 'A cart' },
];
const INDEX =
  '# Decisions\n\n- [0001](0001-a-wheel.md): A wheel of our own\n- [0002](0002-a-cart.md): A cart\n';

describe('decision records', () => {
  it('have no fault where each has a number and a line of its own', () => {
    expect(decisionFaults(RECORDS, INDEX)).toEqual([]);
  });

  it('have two numbers: an equal one is refused', () => {
    const records = [...RECORDS, { file: '0002-a-horse.md', title: 'A horse' }];
    expect(decisionFaults(records, `${INDEX}- [0002](0002-a-horse.md): A horse\n`)).toEqual([
      'docs/decisions/0002-a-horse.md has the number of 0002-a-cart.md',
    ]);
  });

  it('are named by number and words', () => {
    const records = [...RECORDS, { file: '3-Horse.md', title: 'A horse' }];
    expect(decisionFaults(records, INDEX)).toContain('docs/decisions/3-Horse.md: name it NNNN-some-words.md');
  });

  it('stand in the index under their title, and nothing else does', () => {
    const index = INDEX.replace('A cart', 'A chart');
    expect(decisionFaults(RECORDS, index)).toEqual([
      'docs/decisions/README.md lacks: - [0002](0002-a-cart.md): A cart',
      'docs/decisions/README.md has no record for: - [0002](0002-a-cart.md): A chart',
    ]);
  });
});
