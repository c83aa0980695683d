import { quoted } from '../operator/model/quoted.ts';
import { type Json, json, text } from './admission.ts';
import { isLabelKey, isLabelValue } from './kubernetes-names.ts';

const FIELD = 'spec.namespaceSelector';

/** Labels in a selector that no namespace can have, so that the rule would silently never apply. */
export function selectorProblems({ matchLabels, matchExpressions }: Json): string[] {
  return [...labelProblems(json(matchLabels)), ...expressionProblems(matchExpressions)];
}

function labelProblems(labels: Json): string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const field = `${FIELD}.matchLabels[${quoted(key)}]`;
    return [...keyProblems(field, key), ...valueProblems(field, value)];
  });
}

function expressionProblems(expressions: unknown): string[] {
  if (!Array.isArray(expressions)) return [];
  return expressions.map(json).flatMap(({ key, values }, index) => {
    const field = `${FIELD}.matchExpressions[${index}]`;
    const listed: unknown[] = Array.isArray(values) ? values : [];
    return [
      ...keyProblems(`${field}.key`, text(key)),
      ...listed.flatMap((value, at) => valueProblems(`${field}.values[${at}]`, value)),
    ];
  });
}

function keyProblems(field: string, key: string): string[] {
  return isLabelKey(key) ? [] : [`${field}: ${quoted(key)} is no label key, e.g. team or example.com/team`];
}

function valueProblems(field: string, value: unknown): string[] {
  if (typeof value === 'string' && isLabelValue(value)) return [];
  const cure = 'at most 63 letters, digits and ._- that begin and end with a letter or digit';
  return [`${field}: ${quoted(text(value))} is no label value: ${cure}`];
}
