import type { RuleResult } from '../decision/facts.ts';
import type { Problem } from './compile.ts';
import type { BoundedInput } from './input.ts';
import type { HeldRule } from './rule.ts';

/** One step for the worker. Steps are done in the order they are sent. */
export type Step =
  | { readonly type: 'Set'; readonly held: HeldRule }
  | { readonly type: 'Remove'; readonly key: string }
  | {
      readonly type: 'Evaluate';
      readonly input: BoundedInput;
      /** Rules to leave out, by key; or, with `only`, the one to look at. */
      readonly except: readonly string[];
      readonly only?: string;
    };

export type Reply =
  | { readonly type: 'Set'; readonly problems: readonly Problem[] }
  | { readonly type: 'Removed' }
  | { readonly type: 'Evaluated'; readonly results: readonly RuleResult[] };
