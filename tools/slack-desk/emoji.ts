import table from 'emoji-datasource/emoji.json' with { type: 'json' };

interface Emoji {
  readonly unified: string;
  readonly non_qualified: string | null;
  readonly short_name: string;
  readonly skin_variations?: { readonly [tones: string]: { readonly unified: string } };
}

const CODES = new Map((table as readonly Emoji[]).flatMap(codesOf));
const SIGNS = new Map([...CODES].map(([sign, code]) => [code, sign]));
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const MAY_HOLD_EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u;

/** `👍` becomes `:+1:`, as in what Slack keeps. Source: the table that Slack's guide on formatting names, iamcal/emoji-data. */
export function withEmojiCodes(text: string): string {
  if (!MAY_HOLD_EMOJI.test(text)) return text;
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => CODES.get(segment) ?? segment).join('');
}

/** The reverse, for what people see. */
export function withEmojiSigns(text: string): string {
  return text.replaceAll(/:[\w+-]+:(?::skin-tone-\d:)*/g, (code) => SIGNS.get(code) ?? code);
}

function codesOf({ unified, non_qualified, short_name, skin_variations = {} }: Emoji): [string, string][] {
  const forms = [unified, ...(non_qualified === null ? [] : [non_qualified])];
  const tones = Object.entries(skin_variations).map(([tone, { unified: form }]): [string, string] => [
    characters(form),
    `:${short_name}:${tone.split('-').map(toneCode).join('')}`,
  ]);
  return [...forms.map((form): [string, string] => [characters(form), `:${short_name}:`]), ...tones];
}

/** The five tones are numbered from 2, after the Fitzpatrick scale. */
function toneCode(tone: string): string {
  return `:skin-tone-${Number.parseInt(tone, 16) - 0x1f3fb + 2}:`;
}

/** Of `1F44D-1F3FB`. */
function characters(codes: string): string {
  return String.fromCodePoint(...codes.split('-').map((code) => Number.parseInt(code, 16)));
}
