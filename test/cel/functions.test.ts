import { expect, it } from 'vitest';
import { FUNCTIONS } from '../../operator/cel/functions.ts';
import { askFunctions } from './kubernetes.ts';

/** Asking the API server is no function of the data: docs/rules.md. */
const AUTHORIZER = /^kubernetes\.authorization\./;

/** Here with less of a type, or as macros, which evaluate only what they need. */
const OTHERWISE = [
  'list<A>.size(): int',
  'map<A, B>.size(): int',
  'optional_type<V>.or(optional_type<V>): optional_type<V>',
  'optional_type<V>.orValue(V): V',
  'size(list<A>): int',
  'size(map<A, B>): int',
  'type(A): type<A>',
];

it('has every overload of Kubernetes but those that ask the API server', async () => {
  const theirs = await askFunctions();
  const ours = new Set(
    Array.from(FUNCTIONS.values(), (overloads) => overloads.map(({ signature }) => signature))
      .flat()
      .map(({ name, receiver, params, returns }) =>
        normalised(
          `${receiver === undefined ? '' : `${receiver}.`}${name}(${params.join(', ')}): ${returns}`,
        ),
      ),
  );
  const missing = theirs.filter(
    (signature) => !AUTHORIZER.test(signature) && !ours.has(normalised(signature)),
  );
  expect(missing).toEqual(OTHERWISE);
  expect(theirs.length).toBeGreaterThan(200);
});

/** The letters that stand for any type go from A, in the order in which they come. */
function normalised(signature: string): string {
  const letters = new Map<string, string>();
  return signature.replaceAll('optional_type<', 'optional<').replaceAll(/\b[A-Z]\b/g, (letter) => {
    const known = letters.get(letter) ?? String.fromCharCode(65 + letters.size);
    letters.set(letter, known);
    return known;
  });
}
