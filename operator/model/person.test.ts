import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, isPerson, isPlain, isSamePerson } from './person.ts';

describe('two names are of one person', () => {
  it.each([
    ['case', 'Pat@example.com', 'pat@example.com'],
    ['composition', 'Ren\u00e9', 'Rene\u0301'],
    ['a zero-width space', 'pat', 'pa\u200bt'],
    ['a blank at the end', 'pat', 'pat '],
    ['a no-break space at the start', 'pat', '\u00a0pat'],
    ['a blank inside', 'Pat Lee', 'PatLee'],
    ['a tab and a line end', 'pat', '\tpat\r\n'],
    ['a joiner between a letter and its accent', 'é', 'e\u200d\u0301'],
    ['a mark of direction', 'pat', '\u202epat'],
    ['a variation selector', 'pat', 'pat\ufe0f'],
    ['a filler of Hangul', 'pat', 'pat\u3164'],
    ['a tag', 'pat', 'pat\u{e0041}'],
    ['an empty Braille cell', 'pat', 'pat\u2800'],
    ['half of a pair', 'pat', 'pat\ud800'],
    ['full width', 'ｐａｔ＠example.com', 'pat@example.com'],
    ['a ligature', 'oﬃce', 'office'],
    ['the long s', 'ſam', 'sam'],
    ['the sharp s', 'Groß', 'GROSS'],
    ['both small sigmas', 'οδος', 'ΟΔΟΣ'],
    ['an accent that stands alone', 'a\u00b4', '\u00e1'],
  ])('that differ by %s', (_, a, b) => {
    expect(isSamePerson(a, b)).toBe(true);
    expect(folded(a)).toBe(folded(b));
  });

  it.each([
    ['pat', 'tap'],
    ['pat@example.com', 'pat@example.org'],
    ['rene', 'rené'],
    ['pat.lee', 'patlee'],
    // Cyrillic: folding does not look at the shapes of letters.
    ['pat', 'р\u0430t'],
  ])('unless they read otherwise: %s and %s', (a, b) => {
    expect(isSamePerson(a, b)).toBe(false);
  });
});

describe('a folded name', () => {
  const name = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'aAßſé´ ͏\u0301\u200b\u3164İıΣς'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
    maxLength: 20,
  });

  it('folds to itself, and is that of the name in either case', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(folded(folded(text))).toBe(folded(text));
        expect(folded(text.toUpperCase())).toBe(folded(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is never looser than equality', () => {
    fc.assert(fc.property(name, (text) => isSamePerson(text, text)));
  });
});

describe('a name', () => {
  it.each([['pat'], ['Pat Lee'], ['mia@example.com'], ['oidc:mia'], ['Änn'], ['systematic']])(
    '%j is plain, and a person',
    (text) => {
      expect([isPlain(text), isPerson(text)]).toEqual([true, true]);
    },
  );

  it.each([
    [' pat'],
    ['pat '],
    ['pa\u200bt'],
    ['pat\u00a0'],
    ['\tpat'],
    ['pat\u3164'],
    ['p\u00a0t'],
    ['pat\n'],
  ])('%j is not plain', (text) => {
    expect(isPlain(text)).toBe(false);
  });

  it.each([
    [''],
    [' '],
    ['\u200b'],
    ['system:admin'],
    ['system:serviceaccount:shop:bot'],
    ['System:serviceaccount:shop:bot'],
    [' system:admin'],
    ['sys\u00adtem:admin'],
  ])('%j is nobody who reviews', (text) => {
    expect(isPerson(text)).toBe(false);
  });
});
