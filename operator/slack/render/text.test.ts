import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenContext } from '../../messages/fields.ts';
import { escaped, escapedLines, plain, visible, visibleLines, visibleSentence } from './text.ts';

/** Characters by their codes, because most of these are seen neither here nor in a report. */
const coded = (codes: string) =>
  codes.split(' ').map((code) => [code, String.fromCodePoint(Number.parseInt(code, 16))] as const);

describe('text that a person reads', () => {
  it.each([
    ...coded('115F 1160 3164 FFA0 2800 34F FE0F E0100 E0041 17B4 180B 2065 FFF0 1D159 13441 16FE4'),
    ...coded('2003 A0 3000 1680 200B 200D 202E 2067 FEFF 0 7 D800 E000 FFFF 378'),
  ])('spells out what is not seen: U+%s', (code, character) => {
    expect(visible(`a${character}b`)).toBe(`a\\u{${code}}b`);
  });

  it.each(coded('336 335 337 338 20D2 20E0 20E5 488'))(
    'spells out what strikes a letter through or covers it: U+%s',
    (code, mark) => {
      expect(visible(`a${mark}`)).toBe(`a\\u{${code}}`);
    },
  );

  it('spells out marks on digits and signs, and the fifth in a row', () => {
    expect(visible('9\u0307 $\u0301 \u0301')).toBe('9\\u{307} $\\u{301} \\u{301}');
    expect(visible(`e${'\u0301'.repeat(6)}`)).toBe(`e${'\u0301'.repeat(4)}\\u{301}\\u{301}`);
    expect(visible('\u3164\u0301')).toBe('\\u{3164}\\u{301}');
  });

  it.each([
    'Việt Nam'.normalize('NFD'),
    'हिन्दी में लिखा हुआ',
    'العَرَبِيَّةُ',
    'שָׁלוֹם',
    'ภาษาไทยนี้',
    'မြွှေ',
    'བསྒྲུབས',
    '日本語、한국어',
    'Zürich 😀 5 € – “ok”',
  ])('leaves ordinary writing as it is: %s', (text) => {
    expect(visible(text)).toBe(text);
  });

  it.each([...coded('A B C D 85 2028 2029'), ['D U+A', '\r\n'] as const])(
    'stays one line: U+%s',
    (_, lineBreak) => {
      expect(visible(`evil${lineBreak}Approved`)).toBe('evil⏎Approved');
    },
  );

  it('shows tabs, and all of a run of spaces but the first', () => {
    expect(visible('a\tb  c    d')).toBe('a⇥b ␣c ␣␣␣d');
  });

  it('is the same when it is made visible twice', () => {
    const pieces = fc.constantFrom(
      'e',
      '\u0301',
      '\u0336',
      '\u3164',
      '\u200B',
      ' ',
      '\n',
      '\r',
      '\u2800',
      '9',
      '{',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(visible(visible(any))).toBe(visible(any));
        expect(visibleLines(visibleLines(any))).toBe(visibleLines(any));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the lines and indents that are ours, and nothing else', () => {
    expect(visibleLines('{\n    "a": "x  y\u2028z"\n}')).toBe('{\n    "a": "x ␣y⏎z"\n}');
    expect(plain('a\nb', 'c').text).toBe('a⏎b\nc');
    expect(escaped('a\n<b')).toBe('a⏎&lt;b');
    expect(escapedLines('a\n<b\u200B')).toBe('a\n&lt;b\\u{200B}');
  });

  it('has a no-break space in a sentence as formatMoney writes it, not to hide anything', () => {
    expect(visibleSentence('CHF\u00A015.74')).toBe('CHF 15.74');
    expect(visibleSentence('ok\u00A0\u00A0\u00A0no')).toBe('ok ␣␣no');
  });
});

it.each([
  ['\u2028', '\u0085'],
  ['\u2028', '\\u{2028}'],
  ['a  b', 'a ␣b'],
  ['\n', '⏎'],
  ['\t', '⇥'],
  ['\u00A0', '\\u{A0}'],
  [' ', ''],
  ['1 000', '1\u00A0000'],
  ['1 000', '1\u202F000'],
])('no two keys look alike in a message: %j and %j', (one, other) => {
  const labels = flattenContext({ [one]: 1, [other]: 2 }).map(({ label }) => visible(label));
  expect(labels[0]).not.toBe(labels[1]);
});
