import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Random } from '../model/random.ts';

interface Words {
  readonly right: readonly string[];
  readonly nearly?: readonly string[];
}

interface Grammar {
  readonly words: Readonly<Record<string, Words>>;
  readonly raw: Readonly<Record<string, readonly string[]>>;
  readonly kinds: Readonly<Record<string, { readonly leaves: string; readonly calls: string }>>;
}

/** How expressions of one kind are written: `leaves` have no parts of any kind. */
interface Templates {
  readonly leaves: readonly string[];
  readonly calls: readonly string[];
}

const grammar = parse(readFileSync(join(import.meta.dirname, 'grammar.yaml'), 'utf8')) as Grammar;

export const KINDS: ReadonlyMap<string, Templates> = new Map(
  Object.entries(grammar.kinds).map(([kind, { leaves, calls }]) => [
    kind,
    { leaves: templates(leaves), calls: templates(calls) },
  ]),
);

function templates(text: string): string[] {
  return text.split(/ {2,}|\n/).filter((template) => template !== '');
}

/** One of the texts; one in eight of those that are only nearly right. */
export function word(random: Random, set: string): string {
  const { right, nearly = right } = grammar.words[set] ?? { right: [] };
  return random.pick(random.chance(1 / 8) ? nearly : right);
}

/** What a template names besides kinds: a text as a literal, or a piece of source as it is. */
export function piece(random: Random, name: string): string | undefined {
  const raw = grammar.raw[name];
  if (raw) return random.pick(raw);
  return name in grammar.words ? literal(word(random, name), random) : undefined;
}

/** A template with each of the sources that may stand for its `raw` part. */
export function pieces(template: string): string[] {
  const found = [...template.matchAll(/<(\w+)>/g)].find(([, name = '']) => name in grammar.raw);
  if (found === undefined) return [template];
  const [hole, name = ''] = found;
  return (grammar.raw[name] ?? []).map((each) => template.replace(hole, each));
}

/** A text as a literal; what is not plain ASCII half of the time as an escape. */
function literal(text: string, random: Random): string {
  const escapeAll = random.chance(0.5);
  return `"${Array.from(text, (character) => (/[\\"]/.test(character) ? `\\${character}` : written(character, escapeAll))).join('')}"`;
}

function written(character: string, escapeAll: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 32 && (code < 127 || !escapeAll)) return character;
  const digits = code.toString(16);
  return code > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
