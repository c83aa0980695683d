import { RE2JS } from 're2js';

/** Characters of one pattern. */
const LENGTH_LIMIT = 256;

/** Instructions of all patterns of one expression; each takes up to a kilobyte. `^[a-z0-9-]{3,63}$` has 127. */
export const SIZE_LIMIT = 1_000;

/** A range beyond ASCII takes 3 ms to compile where case does not count: as long as so many instructions. */
const FOLDED_RANGE = 100;

/** Bytes of what the matcher may remember of the texts that it has walked: a state for each character at worst. */
const MEMORY_LIMIT = 1_000_000;

/** A pattern of RE2, compiled. */
export class Pattern {
  /** Instructions. */
  readonly size: number;
  readonly #source: string;
  #regexp: RE2JS;
  #remembered = 0;

  /** Throws on what is no pattern. */
  constructor(source: string) {
    this.#source = source;
    this.#regexp = RE2JS.compile(source);
    this.size = this.#regexp.programSize();
  }

  /** What walking a text costs: each character may meet each instruction, and takes as long as eight by itself. */
  costOn(text: string): number {
    return (this.size + 8) * (text.length + 1);
  }

  matches(text: string): boolean {
    return this.matcher(text).find();
  }

  /** Finds one match after the other. The caller must have paid `costOn`. */
  matcher(text: string): ReturnType<RE2JS['matcher']> {
    this.#forget(text.length * (200 + 8 * this.size));
    return this.#regexp.matcher(text);
  }

  /** The library never forgets what its matcher has remembered, so past a limit it is compiled anew. */
  #forget(bytes: number): void {
    this.#remembered += bytes;
    if (this.#remembered <= MEMORY_LIMIT) return;
    this.#remembered = bytes;
    this.#regexp = RE2JS.compile(this.#source);
  }
}

/** Those that an expression in use holds. A pattern is compiled with its expression and never while it runs. */
const held = new Map<string, WeakRef<Pattern>>();
const released = new FinalizationRegistry<string>((source) => {
  if (held.get(source)?.deref() === undefined) held.delete(source);
});

/** The compiled pattern, the same one for all who ask while any holds it. Throws on what is no pattern. */
export function patternOf(source: string): Pattern {
  const known = held.get(source)?.deref();
  if (known !== undefined) return known;
  const pattern = new Pattern(source);
  held.set(source, new WeakRef(pattern));
  released.register(pattern, source);
  return pattern;
}

/** What is wrong with a pattern that may have `budget` instructions, or how many it has. */
export type Measured =
  | { readonly ok: true; readonly pattern: Pattern; readonly size: number }
  | { readonly ok: false; readonly message: string };

/** Estimates before it compiles: `(a{1,1000})` 28 times would take half a gigabyte. */
export function measurePattern(source: string, budget: number): Measured {
  if (source.length > LENGTH_LIMIT) {
    return { ok: false, message: `the pattern is longer than ${LENGTH_LIMIT} characters` };
  }
  const estimate = estimatedSize(source);
  if (estimate > 2 * SIZE_LIMIT) return { ok: false, message: tooLarge(`about ${estimate}`) };
  const folding = FOLDED_RANGE * foldedRanges(source);
  if (folding > budget) return { ok: false, message: TOO_MANY_RANGES };
  try {
    const pattern = patternOf(source);
    const size = pattern.size + folding;
    return size <= budget
      ? { ok: true, pattern, size }
      : { ok: false, message: tooLarge(`${SIZE_LIMIT - budget + size}`) };
  } catch {
    return { ok: false, message: 'the pattern is no RE2 pattern (no look-around, no back references)' };
  }
}

const TOO_MANY_RANGES =
  `ranges beyond ASCII count as ${FOLDED_RANGE} instructions under (?i), and the patterns have at most ${SIZE_LIMIT}: ` +
  'name both cases, or fewer ranges';

function foldedRanges(source: string): number {
  if (!/\(\?[a-zA-Z]*i/.test(source)) return 0;
  return source.match(/-(?:\\x|\\[0-7]|\P{ASCII})/gu)?.length ?? 0;
}

function tooLarge(size: string): string {
  return `the patterns come to ${size} instructions, at most ${SIZE_LIMIT}: repeat less, e.g. \`{1,20}\` or \`+\``;
}

const TOKEN =
  /\\Q.*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\x\{[0-9a-fA-F]+\}|\\[pP]?.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\(\?(?:P?<\w+>|[a-zA-Z-]*:?)|\{\d+(?:,\d*)?\}|[\s\S]/gsu;

interface Group {
  readonly total: number;
  /** Of the part that a repetition would repeat. */
  readonly last: number;
}

const EMPTY: Group = { total: 2, last: 0 };

/** How many instructions a pattern comes to, never far below what it does: its parts, times their repetitions. */
export function estimatedSize(source: string): number {
  const outer: Group[] = [];
  let group = EMPTY;
  for (const [token] of source.matchAll(TOKEN)) {
    if (token.startsWith('(')) {
      outer.push(group);
      group = EMPTY;
    } else if (token === ')') group = withPart(outer.pop() ?? EMPTY, group.total);
    else group = extended(group, token);
  }
  return outer.reduce((total, each) => total + each.total, group.total);
}

function withPart({ total }: Group, size: number): Group {
  return { total: total + size, last: size };
}

function extended(group: Group, token: string): Group {
  if (token.startsWith('\\Q')) return withPart(group, token.length);
  if (!/^(?:[*+?]|\{\d.*\})$/.test(token)) return withPart(group, 1);
  const times = token.length === 1 ? 1 : repetitions(token);
  const added = group.last * (times - 1) + times;
  return { total: group.total + added, last: group.last + added };
}

/** The most times that `{2,5}` stands for; `{2,}` stands for two and a loop. */
function repetitions(token: string): number {
  const [least = '0', most = least] = token.slice(1, -1).split(',');
  return Math.max(1, most === '' ? Number(least) + 1 : Number(most));
}
