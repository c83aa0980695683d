import { placesOf } from '../library/format.ts';
import { callOf, type Node, stringLiteral } from '../syntax.ts';
import type { Check } from './refusal.ts';

/** A text that is written out, with a list that is written out: as many values as places, and places that exist. */
export const unfilledFormat: Check = ({ node }) => {
  const call = callOf(node);
  const values = call?.args[0];
  const text = stringLiteral(call?.receiver);
  if (call?.name !== 'format' || text === undefined || values?.op !== 'list') return undefined;
  const places = placesOf(text);
  if (typeof places === 'string') return { code: 'format', message: places, at: call.receiver ?? node };
  const given = (values.args as Node[]).length;
  if (places === given) return undefined;
  const message = `the text has ${counted(places, 'place')}, the list ${counted(given, 'value')}`;
  return { code: 'format', message, at: values };
};

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
