/** Draws nothing, or reorders what is drawn. The five after the classes have blank glyphs but count as letters or symbols. */
const DRAWS_NOTHING =
  '\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800\\u{1D159}\\u{13441}\\u{13442}\\u{16FE4}';
/** Strikes a letter through, or draws a line or a sign over it. */
const OVERLAY = '\\u0334-\\u0338\\u20D0-\\u20FF\\p{Me}';
const MARK = `[\\p{M}--[${DRAWS_NOTHING}${OVERLAY}]]`;
/** Up to four marks on a letter are ordinary writing: Burmese needs four. Nothing stands on digits and signs. */
const ORDINARY_MARKS = `(?<=[\\p{L}--[${DRAWS_NOTHING}]]${MARK}{0,3})`;

/** A run of spaces moves what follows out of sight, so only its first space is ordinary. */
const UNORDINARY = `\\r\\n|(?<= ) |[[${DRAWS_NOTHING}${OVERLAY}]--[ ]]|(?!${ORDINARY_MARKS})\\p{M}`;

const ARABIC = `[[\\p{Script=Arabic}&&\\p{L}]--[${DRAWS_NOTHING}]]`;
/** Letters that do not join to the next one: after them a joiner changes nothing. Source: ArabicShaping.txt of Unicode 16. */
const ENDING =
  '\\u0621-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0677\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF';
const INDIC =
  '[[\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}]&&\\p{L}]';
const VIRAMA = '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D4D\\u0DCA]';
const CJK = `[[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\u3001-\\u303F\\uFF01-\\uFF60]--[\\p{M}${DRAWS_NOTHING}]]`;

/**
 * What ordinary writing has and cannot do without, each where it changes what is drawn and nowhere else; the sign first, and
 * then what is around it, for speed. Source for the joiners: Unicode Standard Annex 31, section 2.3.1.
 */
const ORDINARY = [
  // Emoji of several characters, as Unicode lists them: joined, coloured, flags, keycaps. That list is slow to try.
  '(?=\\p{Emoji}[\\uFE0F\\u200D\\u{1F3FB}-\\u{1F3FF}\\u{E0061}-\\u{E007A}])\\p{RGI_Emoji}',
  // Persian, Urdu, …: the letters before and after it do not join.
  `\\u200C(?<=[${ARABIC}--[${ENDING}]]${MARK}{0,4}.)(?=${ARABIC})`,
  // After the sign that mutes a vowel: which form the two consonants take.
  `[\\u200C\\u200D](?<=${INDIC}${MARK}{0,2}${VIRAMA}.)(?=${INDIC})`,
  // Bengali and Kannada, before that sign; Malayalam at the end of a word.
  '\\u200D\\u09CD(?<=\\u09B0..)(?=[\\p{Script=Bengali}&&\\p{L}])',
  '\\u200D\\u0CCD(?<=\\u0CB0..)(?=[\\p{Script=Kannada}&&\\p{L}])',
  '\\u200D(?<=[\\u0D15\\u0D23\\u0D28\\u0D30\\u0D32\\u0D33]\\u0D4D.)',
  // Chinese, Japanese, Korean: their own space.
  `\\u3000(?<=${CJK}.)(?=${CJK})`,
  // Between thousands, and between an amount and its currency.
  '[\\u00A0\\u202F](?<=\\p{Nd}.)(?=\\p{Nd}|\\p{Sc}|[A-Z]{3}(?![\\p{L}\\p{M}\\p{N}]))',
];

const CHARACTERS = new RegExp(`(?<ordinary>${ORDINARY.join('|')})|${UNORDINARY}`, 'gv');

/**
 * Text with a name for all in it that would be unseen, reorder what is around it or look like something else. What is
 * visible already, and what ordinary writing needs, stays as it is. Twice is the same as once.
 */
export function spelledOut(text: string, named: (character: string) => string = codeOf): string {
  return text.replace(CHARACTERS, (character, ordinary?: string) => ordinary ?? named(character));
}

/** U+202E becomes `\u{202E}`. */
export function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16).toUpperCase()}}`;
}
