/** What the condition and the message of one rule may cost together, for one checkpoint. */
export const RULE_COST_LIMIT = 100_000;

/** What all the rules that are for a checkpoint may cost together. docs/rules.md says how the limits were found. */
export const CHECKPOINT_COST_LIMIT = 200_000;

/**
 * Thrown where a budget is spent. Nothing in CEL absorbs it: only `Expression.evaluate` catches it, so what comes after
 * the limit costs nothing.
 */
export class CostExceeded {
  readonly meter: Meter;
  constructor(meter: Meter) {
    this.meter = meter;
  }
}

/** What an evaluation has cost, in the units of cel-go: about one for each step, and a tenth for each character. */
export class Meter {
  /** Whose limit it is, for people: `one rule`. */
  readonly what: string;
  readonly limit: number;
  readonly #whole: Meter | undefined;
  #spent = 0;

  /** `whole`: what this is a part of, and spends from as well. */
  constructor(what: string, limit: number, whole?: Meter) {
    this.what = what;
    this.limit = limit;
    this.#whole = whole;
  }

  get spent(): number {
    return this.#spent;
  }

  get isExceeded(): boolean {
    // Written so that NaN is beyond every limit, too.
    return !(this.#spent <= this.limit);
  }

  /** Call it before the work, so that nothing is done that is not paid for. Throws `CostExceeded`. */
  spend(units: number): void {
    this.#spent += units;
    if (this.isExceeded) throw new CostExceeded(this);
    this.#whole?.spend(units);
  }

  /** A text, or bytes, of this length walked or made: a tenth of a unit each, rounded up, as in cel-go. */
  spendText(length: number): void {
    this.spend(Math.ceil(length / 10));
  }
}
