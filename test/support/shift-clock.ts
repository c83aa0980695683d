/** Loaded before a program: it then lives SHIFT_CLOCK_MS ahead of everybody else. */
const shift = Number(process.env['SHIFT_CLOCK_MS'] ?? 0);
const TrueDate = Date;
globalThis.Date = class extends TrueDate {
  constructor(...given: unknown[]) {
    // No argument means now; any other list is the language's own business.
    if (given.length === 0) super(TrueDate.now() + shift);
    else super(...(given as [number]));
  }

  static override now(): number {
    return TrueDate.now() + shift;
  }
} as DateConstructor;
