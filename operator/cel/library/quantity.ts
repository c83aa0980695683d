import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import * as go from '../golang/quantity.ts';
import type { Library } from '../signatures.ts';
import { Opaque } from '../values.ts';

/** An amount of a resource, `1.5Gi` or `250m`. */
export class QuantityValue extends Opaque {
  readonly typeName = 'kubernetes.Quantity';
  readonly amount: go.Quantity;

  constructor(amount: go.Quantity) {
    super();
    this.amount = amount;
  }

  equals(other: Opaque, meter: Meter): boolean {
    return other instanceof QuantityValue && this.compareTo(other, meter) === 0;
  }

  /** A sum has as many digits as its making was paid for, and comparing may write out as many. */
  compareTo(other: QuantityValue, meter: Meter): -1 | 0 | 1 {
    meter.spend(10 + Math.max(go.digitsOf(this.amount), go.digitsOf(other.amount)));
    return go.compareQuantities(this.amount, other.amount);
  }
}

/** Numbers of more digits than this are no amounts; reading and writing them would cost more than it says. */
const READABLE = 1_000;

function read(meter: Meter, text: string): go.ParsedQuantity | CelError {
  meter.spend(10);
  meter.spendText(text.length);
  if (text.length > READABLE)
    return new CelError('quantity', `a quantity has at most ${READABLE} characters`);
  return go.parseQuantity(text);
}

function quantity(meter: Meter, text: string): Result {
  const parsed = read(meter, text);
  if (parsed instanceof CelError) return parsed;
  return parsed.ok ? new QuantityValue(parsed.quantity) : new CelError('quantity', parsed.message);
}

function isQuantity(meter: Meter, text: string): Result {
  const parsed = read(meter, text);
  return parsed instanceof CelError ? parsed : parsed.ok;
}

/** Amounts of unlike size have many digits together: `1e1000` and `1n` a thousand. */
function combined(combine: (left: go.Quantity, right: go.Quantity) => go.Quantity) {
  return (meter: Meter, { amount }: QuantityValue, other: QuantityValue | bigint): QuantityValue => {
    const right = typeof other === 'bigint' ? go.quantityOf(other) : other.amount;
    meter.spend(10 + go.digitsOfSum(amount, right));
    return new QuantityValue(combine(amount, right));
  };
}

const add = combined(go.add);
const subtract = combined(go.subtract);

function compared(accept: (order: number) => boolean | bigint) {
  return (meter: Meter, amount: QuantityValue, other: QuantityValue): boolean | bigint =>
    accept(amount.compareTo(other, meter));
}

const QUANTITY = 'kubernetes.Quantity';

/** Amounts of resources, as Kubernetes writes them. Its comparisons are methods: `<` does not take them. */
export const QUANTITIES: Library = {
  [`quantity(string): ${QUANTITY}`]: quantity,
  'isQuantity(string): bool': isQuantity,
  [`sign(${QUANTITY}): int`]: (_meter: Meter, { amount }: QuantityValue) => BigInt(go.signOf(amount)),
  [`${QUANTITY}.isGreaterThan(${QUANTITY}): bool`]: compared((order) => order > 0),
  [`${QUANTITY}.isLessThan(${QUANTITY}): bool`]: compared((order) => order < 0),
  [`${QUANTITY}.compareTo(${QUANTITY}): int`]: compared(BigInt),
  [`${QUANTITY}.asApproximateFloat(): double`]: (meter: Meter, { amount }: QuantityValue) => {
    meter.spend(go.digitsOf(amount));
    return go.asApproximateFloat(amount);
  },
  [`${QUANTITY}.asInteger(): int`]: (_meter: Meter, { amount }: QuantityValue) =>
    go.asInteger(amount) ?? new CelError('quantity', 'cannot convert value to integer'),
  [`${QUANTITY}.isInteger(): bool`]: (_meter: Meter, { amount }: QuantityValue) =>
    go.asInteger(amount) !== undefined,
  [`${QUANTITY}.add(${QUANTITY}): ${QUANTITY}`]: add,
  [`${QUANTITY}.add(int): ${QUANTITY}`]: add,
  [`${QUANTITY}.sub(${QUANTITY}): ${QUANTITY}`]: subtract,
  [`${QUANTITY}.sub(int): ${QUANTITY}`]: subtract,
};
