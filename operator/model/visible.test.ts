import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted } from './quoted.ts';
import { spelledOut } from './visible.ts';

/** With the characters that nobody sees written as `<200C>`, so that a test can be read. */
const written = (text: string) =>
  text.replaceAll(/<([0-9A-F]{2,5})>/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
const named = (text: string) => text.replaceAll(/<0?([0-9A-F]{2,5})>/g, '\\u{$1}');

describe('ordinary writing stays as it is', () => {
  it.each([
    ['Persian, where a letter does not join to the next', 'می<200C>خواهم کتاب<200C>ها'],
    ['Urdu', 'علم<200C>دان'],
    ['Hindi, a half consonant', 'क्<200D>ष'],
    ['Hindi, a consonant with the sign that mutes its vowel', 'क्<200C>ष'],
    ['Marathi, with a dot below', 'ड़्<200D>य'],
    ['Bengali, a form of ya', 'র<200D>্যাম'],
    ['Kannada, a form of ra', 'ರ<200D>್ಕ'],
    ['Telugu, software', 'సాఫ్ట్<200C>వేర్'],
    ['Malayalam, a final consonant', 'അവന്<200D>'],
    ['Sinhala, Sri Lanka', 'ශ්<200D>රී ලංකා'],
    ['an emoji of a couple', '👩<200D>❤<FE0F><200D>👨 👩<200D>💻 🏳<FE0F><200D>🌈'],
    ['an emoji that is a text sign too', '❤<FE0F> ™<FE0F> ☎<FE0F>'],
    [
      'emoji of skin tones, flags and keycaps',
      '👍🏽 🇨🇭 3<FE0F>⃣ 🏴<E0067><E0062><E0065><E006E><E0067><E007F>',
    ],
    ['Japanese, two names', '東京<3000>太郎、<3000>カタカナ'],
    ['Korean', '서울<3000>부산'],
    ['French, a number', '1<202F>234<202F>567,89'],
    ['Swiss, a number', '1<A0>234'],
    ['an amount and its currency', '15,74<A0>€ 15,74<202F>EUR 15,74<A0>$'],
    ['Arabic digits', '١<A0>٢٣٤'],
  ])('in %s', (_, text) => {
    expect(spelledOut(written(text))).toBe(written(text));
    expect(quoted(written(text))).toBe(`"${written(text)}"`);
  });
});

describe('a trick is named', () => {
  it.each([
    ['a second key that looks like the first, by a joiner between Latin letters', 'am<200D>ount'],
    ['the same by a non-joiner', 'am<200C>ount'],
    ['the same in Persian, after a letter that never joins', 'دا<200C>ر'],
    ['a non-joiner at the end of a Persian word', 'می<200C>'],
    ['two non-joiners', 'می<200C><200C>خ'],
    ['a joiner between Hindi letters that join anyway', 'क<200D>ष'],
    ['a joiner between a Hindi and a Latin letter', 'क्<200D>a'],
    ['a joiner between emoji that do not join', '🍎<200D>🍎'],
    ['a sign for emoji after what is one anyway', '🍎<FE0F>'],
    ['a sign for emoji after a letter', 'a<FE0F>'],
    ['a second sign for emoji', '❤\uFE0F<FE0F>'],
    ['a flag with hidden letters', '🏴<E0041><E0042><E007F>'],
    ['a wide space between Latin letters', 'a<3000>b'],
    ['a wide space at the end', '東京<3000>'],
    ['a wide space beside a blank Hangul letter', '서<3164><3000>서'],
    ['a run of wide spaces', '東京<3000><3000>太郎'],
    ['a no-break space between words', 'ok<A0>no'],
    ['a no-break space before a word', '5<A0>days'],
    ['a no-break space before a word in capitals', '5<A0>DAYS'],
    ['a run of no-break spaces in a number', '1<A0><A0>000'],
    ['a zero-width space in a number', '1<200B>000'],
    ['a text that runs backwards', '<202E>gnp.exe'],
    ['a blank Hangul letter', 'a<3164>b'],
    ['a line over a digit', '5<0336>'],
  ])('%s', (_, text) => {
    expect(spelledOut(written(text))).toBe(named(text));
    expect(quoted(written(text))).toBe(`"${named(text)}"`);
  });

  it('a run of spaces', () => {
    expect(quoted('a   b')).toBe('"a \\u{20}\\u{20}b"');
  });

  it('once: twice is the same', () => {
    const pieces = fc.constantFrom(
      ...['م', 'ا', 'क', '्', 'র', '্', 'ന', '്', '東', '1', '€', 'CHF', '👩', '💻', '❤', 'a', '\u0301', ' '],
      ...[
        '\u200C',
        '\u200D',
        '\uFE0F',
        '\u3000',
        '\u00A0',
        '\u202F',
        '\u{1F3FD}',
        '\u20E3',
        '\u0336',
        '\u3164',
        '\u302A',
        '\u0654',
      ],
    );
    const text = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(text, (any) => {
        expect(spelledOut(spelledOut(any))).toBe(spelledOut(any));
      }),
      { numRuns: 5000 },
    );
  });
});
