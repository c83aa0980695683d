import type { Random } from '../model/random.ts';
import { KINDS, piece } from './grammar.ts';

/** A variable of a macro. `record` is one item of a list of maps. */
interface Variable {
  readonly name: string;
  readonly kind: string;
}

/** How often a part is of another kind than is wanted. */
const UNLIKE = 0.015;
const HOLE = /<(?:(?<name>[a-z]):)?(?<kind>[a-zA-Z_0-9]+)>/g;
const NAMES = [...KINDS.keys()];

/** What is said of a variable that is one item of a list of maps. */
const OF_RECORD: Readonly<Record<string, readonly string[]>> = {
  text: ['$.sku', '$["sku"]'],
  double: ['$.price', '$.qty'],
  num: ['$.price', '$.qty'],
  texts: ['$.tags'],
  bool: ['has($.price)', '"sku" in $'],
  map: ['$'],
  any: ['$', '$.missing'],
};

/** An expression of a kind of grammar.yaml, mostly of the right types, with calls inside each other up to `depth`. */
export function expression(random: Random, kind: string, depth: number): string {
  return new Expression(random).of(kind, depth, []);
}

class Expression {
  readonly #random: Random;
  #variables = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  of(kind: string, depth: number, scope: readonly Variable[]): string {
    if (this.#random.chance(UNLIKE)) return this.#unlike(depth, scope);
    const { calls = [], leaves = [] } = KINDS.get(kind) ?? {};
    if (depth > 0 && this.#random.chance(0.85)) {
      return this.#fill(this.#random.pick(calls), depth - 1, scope);
    }
    // The variables at hand are what makes a macro interesting.
    const inScope = scope.flatMap((variable) => namesOf(variable, kind));
    if (inScope.length > 0 && this.#random.chance(0.6)) return this.#random.pick(inScope);
    return this.#fill(this.#random.pick(leaves), 0, scope);
  }

  /** Of any kind, hidden from the checker or not. */
  #unlike(depth: number, scope: readonly Variable[]): string {
    const other = this.of(this.#random.pick(NAMES), depth - 1, scope);
    return this.#random.chance(0.7) ? `dyn(${other})` : other;
  }

  #fill(template: string, depth: number, outer: readonly Variable[]): string {
    let scope = outer;
    return template.replaceAll(HOLE, (_, name: string | undefined, kind: string) => {
      if (name === undefined) return piece(this.#random, kind) ?? this.of(kind, depth, scope);
      const variable = { name: this.#fresh(name), kind };
      scope = [...scope, variable];
      return variable.name;
    });
  }

  /** Now and then the name of an outer variable, of a context key or of a fact: the inner one counts. */
  #fresh(name: string): string {
    if (this.#random.chance(0.1)) return this.#random.pick(['x', 'name', 'amount', 'action', 'odd']);
    this.#variables += 1;
    return `${name}${this.#variables}`;
  }
}

function namesOf({ name, kind: its }: Variable, wanted: string): readonly string[] {
  if (its === 'record') return (OF_RECORD[wanted] ?? []).map((form) => form.replaceAll('$', name));
  const fits =
    its === wanted || wanted === 'any' || (wanted === 'num' && (its === 'int' || its === 'double'));
  return fits ? [name] : [];
}
