import { expect, it } from 'vitest';
import { Random } from '../model/random.ts';
import { SEED } from '../support/seed.ts';
import { askGoRegexp } from './kubernetes.ts';
import { type Verdict, verdicts } from './ours.ts';

const PATTERNS = 7_000;
const TEXTS_EACH = 3;

const ATOMS = [
  ...[
    'a',
    'b',
    'A',
    'k',
    's',
    'S',
    '0',
    '_',
    '-',
    ' ',
    'ß',
    'é',
    'İ',
    'ı',
    'ſ',
    'K',
    '😀',
    '\\n',
    '\\.',
    '.',
    '\\-',
  ],
  ...[
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\b',
    '\\B',
    '^',
    '$',
    '\\A',
    '\\z',
    '\\t',
    '\\x41',
    '\\x{1f600}',
    '\\a',
  ],
  ...[
    '\\pL',
    '\\PL',
    '\\p{Lu}',
    '\\p{^Lu}',
    '\\P{Ll}',
    '\\p{Greek}',
    '\\pN',
    '\\Q*+\\E',
    '\\123',
    '\\C',
    '\\101',
  ],
  ...[
    '[a-c]',
    '[^a-c]',
    '[[:alnum:]]',
    '[[:^digit:]]',
    '[\\d_]',
    '[^\\s]',
    '[k-s]',
    '[é-ö]',
    '[\\x{1f5ff}-\\x{1f64f}]',
    '[]a]',
    '[^]a]',
  ],
  ...[
    '[a\\-z]',
    '[[:word:]]',
    '[\\pL-]',
    '[\\p{Greek}\\d]',
    '[--a]',
    '[a-\\d]',
    '(?i)k',
    '(?i:S)',
    '(?s).',
    '(?m)^',
    '(?-s).',
    '(?U)a*',
    '(?is)',
  ],
];
/** What only other dialects take. */
const FOREIGN_ATOMS = [
  ...[
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '\\1',
    '\\k<n>',
    '(?>a)',
    'a++',
    '(?x)',
    '\\u0041',
    '\\h',
    '\\R',
    '\\Z',
    '\\G',
    '[[:foo:]]',
    '\\p{Foo}',
    '\\p{L',
    '[b-a]',
    '[',
    ']',
    '{',
    '}',
    '{1',
    '\\',
  ],
];
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,1}', '{2,}', '{,2}', '{1,2}?'];
const FOREIGN_QUANTIFIERS = ['{1001}', '**', '{2}{3}', '{3,2}', '++'];
const LETTERS = [...'aAbBkKsSzZ059_- .\n\té\u00c9ßẞİiıIſK😀🙀*+Σσς\u0085\u00a0\ufeff\u2028', ''];

it(`matches as Go's regular expressions do (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const asked = Array.from({ length: PATTERNS }, () => ({
    pattern: pattern(random, 3),
    texts: Array.from({ length: TEXTS_EACH }, () => text(random)),
  }));
  const theirs = await askGoRegexp(
    asked.flatMap(({ pattern: each, texts }) => texts.map((note) => ({ pattern: each, text: note }))),
  );
  const pairs = asked
    .flatMap(({ pattern: source, texts }) => {
      const condition = `note.matches(${JSON.stringify(source)})`;
      const ours = verdicts(
        condition,
        texts.map((note) => ({ note })),
      );
      return texts.map((note, i) => ({ pattern: source, text: note, ours: booleanOf(ours[i]) }));
    })
    .map((pair, i) => ({ ...pair, theirs: theirs[i]?.error === undefined ? theirs[i]?.matches : undefined }));
  const both = pairs.filter(({ ours, theirs: other }) => ours !== undefined && other !== undefined);
  const different = both.filter(({ ours, theirs: other }) => ours !== other);
  const wider = pairs.filter(({ ours, theirs: other }) => ours !== undefined && other === undefined);
  const narrower = pairs.filter(({ ours, theirs: other }) => ours === undefined && other !== undefined);
  console.log(
    `patterns against Go, seed ${SEED}: of ${pairs.length} pairs both answer ${both.length}, ${different.length} differ; ` +
      `${wider.length} only ours, ${narrower.length} only Go`,
  );
  expect(different.slice(0, 10)).toEqual([]);
  expect(wider.slice(0, 10)).toEqual([]);
  expect(both.length).toBeGreaterThan(pairs.length / 3);
}, 300_000);

function pattern(random: Random, depth: number): string {
  const shape = random.below(depth > 0 ? 8 : 1);
  if (shape <= 1) return mostly(random, ATOMS, FOREIGN_ATOMS);
  const part = (): string => pattern(random, depth - 1);
  const quantifier = mostly(random, QUANTIFIERS, FOREIGN_QUANTIFIERS);
  if (shape === 2) return `(${part()}|${part()})`;
  if (shape === 3) return `(?:${part()})${quantifier}`;
  if (shape === 4) return `${random.pick(ATOMS)}${quantifier}`;
  if (shape === 5) return `${random.pick(['(?P<n>', '(?<n>', '(?i:', '(?s:', '('])}${part()})`;
  return `${part()}${part()}`;
}

function booleanOf(verdict: Verdict | undefined): boolean | undefined {
  return verdict && 'value' in verdict ? verdict.value : undefined;
}

function mostly(random: Random, right: readonly string[], foreign: readonly string[]): string {
  return random.pick(random.chance(0.03) ? foreign : right);
}

function text(random: Random): string {
  return Array.from({ length: random.below(6) }, () => random.pick(LETTERS)).join('');
}
