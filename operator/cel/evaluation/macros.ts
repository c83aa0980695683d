import { CelError, isError, type Result } from '../errors.ts';
import type { VariableCount } from '../macros.ts';
import { type Call, identifier, type Node } from '../syntax.ts';
import { CelMap, isList, type List, type Value } from '../values.ts';
import { mapOf } from './collections.ts';
import { bind, compileIn, type Frame, noOverload, notBoolean, type Program, type Scope } from './program.ts';

/** What an item costs beside what is done with it, and what one costs that goes into a new list, as in cel-go. */
const WALK_COST = 3;
const KEEP_COST = 12;

/** Calls `visit` for each item with the macro's variables set, until it gives false. */
type Walk = (frame: Frame, visit: () => boolean) => CelError | undefined;

/** A macro that walks a list or a map: its variables, and what comes after them, compiled with them. */
interface Walked {
  readonly node: Node;
  readonly walk: Walk;
  readonly steps: readonly Program[];
  readonly stepNodes: readonly Node[];
  /** Of the first and the second variable. */
  readonly slots: readonly number[];
}

export type CompileMacro = (node: Node, call: Call, scope: Scope) => Program;

/** A macro of so many variables. */
export function walking(variables: VariableCount, macro: (walked: Walked) => Program): CompileMacro {
  return (node, { receiver, args }, scope) => {
    const names = args.slice(0, variables).map((arg) => identifier(arg) ?? '');
    const stepNodes = args.slice(variables);
    const { inner, slots } = bind(scope, names);
    const steps = stepNodes.map((step) => compileIn(inner, step));
    const walk = walkOf(node, compileIn(scope, receiver ?? node), slots);
    return macro({ node, walk, steps, stepNodes, slots });
  };
}

function walkOf(node: Node, range: Program, slots: readonly number[]): Walk {
  const set = slots.length === 2 ? setBoth : setFirst;
  return (frame, visit) => {
    frame.meter.spend(1);
    const over = walkable(node, range(frame));
    if (over instanceof CelError) return over;
    let index = 0;
    for (const item of over instanceof CelMap ? over.keys() : over) {
      frame.meter.spend(WALK_COST);
      set(frame.locals, slots, { over, item, index });
      if (!visit()) break;
      index += 1;
    }
    return undefined;
  };
}

function walkable(node: Node, over: Result): List | CelMap | CelError {
  if (isError(over) || over instanceof CelMap || isList(over)) return over;
  return noOverload(node, 'walking a list or map', over);
}

interface Position {
  readonly over: List | CelMap;
  /** The item of a list, the key of a map. */
  readonly item: Value;
  readonly index: number;
}

type SetLocals = (locals: Result[], slots: readonly number[], position: Position) => void;

const setFirst: SetLocals = (locals, [first = 0], { item }) => {
  locals[first] = item;
};

/** Index and item, or key and value. */
const setBoth: SetLocals = (locals, [first = 0, second = 0], { over, item, index }) => {
  locals[first] = isList(over) ? BigInt(index) : item;
  locals[second] = isList(over) ? item : (over.get(item) ?? null);
};

/**
 * `all` (decided by false) and `exists` (by true): once an item decides, it does not matter what the others give, even
 * errors.
 */
function quantifier(decisive: boolean): (walked: Walked) => Program {
  return ({ walk, steps: [predicate], stepNodes: [predicateNode] }) =>
    (frame) => {
      let result: Result = !decisive;
      const failed = walk(frame, () => {
        const holds = predicate?.(frame) ?? null;
        if (holds === decisive) result = decisive;
        else if (holds !== !decisive && result === !decisive)
          result = notBoolean(predicateNode as Node, holds);
        return holds !== decisive;
      });
      return failed ?? result;
    };
}

export const all = quantifier(false);
export const exists = quantifier(true);

export function existsOne({ walk, steps: [predicate], stepNodes: [predicateNode] }: Walked): Program {
  return (frame) => {
    let count = 0;
    let wrong: CelError | undefined;
    const failed = walk(frame, () => {
      const holds = predicate?.(frame) ?? null;
      if (holds === true) count += 1;
      else if (holds !== false) wrong = notBoolean(predicateNode as Node, holds);
      return wrong === undefined;
    });
    return failed ?? wrong ?? count === 1;
  };
}

/** Walks with what is to be done with each item that the filter, the first of two steps, lets through. */
function filtered(
  { walk, steps, stepNodes }: Walked,
  frame: Frame,
  keep: (value: Value) => CelError | undefined,
): CelError | undefined {
  const filter = steps.length === 2 ? steps[0] : undefined;
  const transform = steps.at(-1);
  let wrong: CelError | undefined;
  const failed = walk(frame, () => {
    const holds = filter === undefined || filter(frame);
    if (holds === false) return true;
    if (holds !== true) wrong = notBoolean(stepNodes[0] as Node, holds);
    else {
      frame.meter.spend(KEEP_COST);
      const value = transform?.(frame) ?? null;
      wrong = isError(value) ? value : keep(value);
    }
    return wrong === undefined;
  });
  return failed ?? wrong;
}

/** `map(x, …)`, `map(x, filter, …)` and `transformList` with two variables. */
export function toList(walked: Walked): Program {
  return (frame) => {
    const made: Value[] = [];
    const failed = filtered(walked, frame, (value) => {
      made.push(value);
      return undefined;
    });
    return failed ?? made;
  };
}

/** `filter(x, …)`: the map of the item itself. */
export function filter(walked: Walked): Program {
  const [slot = 0] = walked.slots;
  const [predicate = () => null] = walked.steps;
  const item: Program = ({ locals }) => locals[slot] ?? null;
  return toList({ ...walked, steps: [predicate, item] });
}

/** `transformMap`: the same keys with other values. */
export function toMap(walked: Walked): Program {
  const [slot = 0] = walked.slots;
  return (frame) => {
    const entries: [Value, Value][] = [];
    const failed = filtered(walked, frame, (value) => {
      entries.push([frame.locals[slot] as Value, value]);
      return undefined;
    });
    return failed ?? mapOf(walked.node, entries);
  };
}

/** `transformMapEntry`: the entries of all the maps that it makes. */
export function toEntries(walked: Walked): Program {
  return (frame) => {
    const entries: (readonly [Value, Value])[] = [];
    const failed = filtered(walked, frame, (value) => {
      if (!(value instanceof CelMap)) return noOverload(walked.node, 'transformMapEntry', value);
      frame.meter.spend(value.size);
      entries.push(...value.entries());
      return undefined;
    });
    return failed ?? mapOf(walked.node, entries);
  };
}
