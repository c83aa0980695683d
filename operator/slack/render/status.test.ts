import { describe, expect, it } from 'vitest';
import { shown, VIEW } from '../../../test/support/views.ts';
import { render } from './render.ts';

describe('the state of a request in its message', () => {
  it('says how many causes, requirements and reviews it leaves out, and where to find them', () => {
    const many = Array.from({ length: 12 }, (_, i) => `number ${i}`);
    const reviews = many.map(
      (username) => ({ name: 'r', username, verdict: 'Approve', time: VIEW.deadline }) as const,
    );
    const text = shown(render({ ...VIEW, why: many, needs: many, reviews }).blocks);
    expect(text.match(/Why you are asked: number/g)).toHaveLength(5);
    expect(text).toContain('7 more causes are not shown here. The full request has them all.');
    expect(text.match(/Needed:\*\nnumber/g)).toHaveLength(5);
    expect(text).toContain(
      '7 more requirements are not shown here. The full request has them all.\n*Until:*',
    );
    expect(text).toContain('2 more reviews are not shown here.');
    expect(shown(render(VIEW).blocks)).not.toContain('more');
  });

  it('says how much of a long cause or requirement it leaves out', () => {
    const long = 'x'.repeat(1000);
    expect(shown(render({ ...VIEW, why: [long] }).blocks)).toContain('(790 characters more)');
    expect(shown(render({ ...VIEW, needs: [long] }).blocks)).toContain('(740 characters more)');
  });
});
