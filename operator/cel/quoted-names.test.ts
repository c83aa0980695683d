import { describe, expect, it } from 'vitest';
import { evaluate, refusal } from '../../test/support/evaluate.ts';
import { withoutBackQuotes } from './quoted-names.ts';

const CONTEXT = '{"dry-run":true,"text":"a`b`"}';

describe('a name in back quotes', () => {
  it.each([
    ['context.`dry-run`'],
    ['text == "a`b`" && context.`dry-run`'],
    [`text == '''a\`b\`''' && context.\`dry-run\``],
    ['context.`dry-run` // `no name`'],
  ])('is told from a back quote in a text or a comment: %s', (source) => {
    expect(evaluate(source, CONTEXT)).toBe(true);
  });

  it.each([['"""'], ["'''"], ['r"""'], ['"'], ["'"], ['b"""']])(
    'is looked for in no time where a text of %s never ends',
    (quotes) => {
      for (const rest of ['\\', '\\"', "\\'", '\\\\"', '`a', quotes, `\\${quotes}`]) {
        const source = `${quotes}${rest.repeat(1000)}`.slice(0, 4095);
        expect(withoutBackQuotes(source).source).toHaveLength(source.length);
      }
      expect(refusal(`a == ${quotes}${'\\'.repeat(4000)}`)).toBeDefined();
    },
  );
});
