/** One line of a message: a dotted path into the context, and its value as plain text. */
export interface ContextField {
  readonly label: string;
  readonly value: string;
}

/**
 * The context as lines, in the agent's order: `{a: {b: 1}, c: [1, 2]}` gives `a.b` and `c`.
 * Lists of plain values stay on one line. Iterative, because a hostile context may be deeper than the stack.
 */
export function flattenContext(context: Readonly<Record<string, unknown>>): ContextField[] {
  const fields: ContextField[] = [];
  const stack: { label: string; value: unknown }[] = entriesOf(context, '').reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { label, value } = next;
    const inner = nestedEntries(value, label);
    if (inner === undefined) fields.push({ label, value: plainText(value) });
    else stack.push(...inner.reverse());
  }
  return fields;
}

function entriesOf(object: object, prefix: string): { label: string; value: unknown }[] {
  return Object.entries(object).map(([key, value]) => ({ label: prefix ? `${prefix}.${key}` : key, value }));
}

/** Undefined for what is shown on one line: plain values, empty objects, and lists of plain values. */
function nestedEntries(value: unknown, label: string): { label: string; value: unknown }[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return Object.keys(value).length > 0 ? entriesOf(value, label) : undefined;
  if (value.every((item) => typeof item !== 'object' || item === null)) return undefined;
  return value.map((item, index) => ({ label: `${label}[${index}]`, value: item }));
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length > 0 ? value.map(plainText).join(', ') : '[]';
  return typeof value === 'object' && value !== null ? '{}' : String(value);
}
