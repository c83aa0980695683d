import { Random } from '../model/random.ts';
import { context, KEYS } from './contexts.ts';
import { expression } from './generate.ts';
import { type Answer, type Asked, askKubernetes } from './kubernetes.ts';
import { FACTS, NOW } from './ours.ts';
import type { View } from './view.ts';

/** What one engine gives: a value as `viewOf` writes it, or why there is none. */
export type Given = { readonly value: View } | { readonly error: string };

/** What is asked for each expression of ours, with some contexts. */
type Judge = (source: string, contexts: readonly Record<string, unknown>[]) => Given[];

export interface Pair {
  readonly source: string;
  readonly context: Record<string, unknown>;
  readonly ours: Given;
  readonly theirs: Answer;
}

/** How the two engines agree: one of these, or the name of an exception that docs/rules.md explains. */
export type Kind = 'both' | 'neither' | 'only Kubernetes' | 'fault' | (string & {});

/** What Kubernetes itself answers now like this and now like that: Go walks a map in another order each time. */
const RANDOM_ORDER = 'order of a map';

export interface Plan {
  readonly expressions: number;
  readonly contextsEach: number;
  /** Kinds of the grammar, and how deep. */
  readonly kinds: readonly string[];
  readonly depths: readonly number[];
  /** Whether a value of Kubernetes' is one for a rule. */
  readonly counts: (value: unknown) => boolean;
  /** What is not worth asking: another expression takes its place. */
  readonly skips: (source: string) => boolean;
}

/** So often is asked again what may be of random order. */
const ASKED_AGAIN = 32;

/** Judges the plan's random pairs by both. Each case has a seed of its own: what one takes changes no other. */
export async function compared(seed: number, plan: Plan, judge: Judge): Promise<Map<Kind, Pair[]>> {
  const asked = Array.from({ length: plan.expressions }, (_, i) => cases(new Random(seed + i * 7_919), plan));
  const theirs = await askKubernetes(
    KEYS,
    asked.flatMap(({ source, contexts }) => contexts.map((each) => question(source, each))),
  );
  const pairs = asked
    .flatMap(({ source, contexts }) =>
      judge(source, contexts).map((ours, i) => ({ source, context: contexts[i] ?? {}, ours })),
    )
    .map((pair, i) => ({ ...pair, theirs: theirs[i] ?? { cost: 0 } }));
  const kinds = Map.groupBy(pairs, (pair) => kindOf(pair, plan));
  const doubtful = kinds.get('fault') ?? [];
  const unordered = await ofRandomOrder(doubtful);
  kinds.set(RANDOM_ORDER, [...unordered]);
  kinds.set(
    'fault',
    doubtful.filter((pair) => !unordered.has(pair)),
  );
  return kinds;
}

function cases(random: Random, plan: Plan): { source: string; contexts: Record<string, unknown>[] } {
  let source: string;
  do source = expression(random, random.pick(plan.kinds), random.pick(plan.depths));
  while (plan.skips(source));
  return { source, contexts: Array.from({ length: plan.contextsEach }, () => context(random)) };
}

function kindOf({ ours, theirs }: Pair, { counts }: Plan): Kind {
  const hasTheirs = theirs.value !== undefined && counts(theirs.value);
  if ('error' in ours) return hasTheirs ? 'only Kubernetes' : 'neither';
  const same = (outcome?: { readonly value?: unknown }): boolean =>
    JSON.stringify(outcome?.value) === JSON.stringify(ours.value);
  if (same(theirs)) return 'both';
  if (hasTheirs) return 'fault';
  return theirs.besides?.find(same)?.name ?? 'fault';
}

/** Those to which Kubernetes itself gives now this and now that. */
async function ofRandomOrder(pairs: readonly Pair[]): Promise<Set<Pair>> {
  const again = pairs.flatMap(({ source, context: each }) =>
    Array.from({ length: ASKED_AGAIN }, () => question(source, each)),
  );
  const answers = again.length === 0 ? [] : await askKubernetes(KEYS, again);
  return new Set(
    pairs.filter((_, i) => {
      const own = answers.slice(i * ASKED_AGAIN, (i + 1) * ASKED_AGAIN);
      return new Set(own.map(({ value, stage }) => JSON.stringify([value, stage]))).size > 1;
    }),
  );
}

/** The facts win over context keys of the same name. */
function question(source: string, each: Record<string, unknown>): Asked {
  return { expression: source, variables: { ...each, context: each, ...FACTS, now: NOW } };
}

/** The shortest first, each once, with what of its context it names: they say most. */
export function report(pairs: readonly Pair[] = []): object[] {
  const shortest = pairs.toSorted((a, b) => a.source.length - b.source.length);
  const once = new Map(shortest.toReversed().map((pair) => [pair.source, pair]));
  return [...once.values()]
    .toReversed()
    .slice(0, 20)
    .map(({ source, context: all, ours, theirs }) => {
      const named = Object.entries(all).filter(([key]) => source.includes(key) || /\bcontext\b/.test(source));
      const theirsOrWhy = theirs.value ?? theirs.error;
      return { source, context: JSON.stringify(Object.fromEntries(named)), ours, theirs: theirsOrWhy };
    });
}
