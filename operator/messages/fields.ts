import { quoted } from '../model/quoted.ts';
import { codeOf } from '../model/visible.ts';

/** One line of a message: a dotted path into the context, and its value as plain text. */
interface ContextField {
  readonly label: string;
  readonly value: string;
}

/** Written as they are; what else a key or an item of a list holds could be read as another path or another list. */
const PLAIN_KEY = /^[\w$-]+$/;
const PLAIN_ITEM = /^[\w$@#%+:/.-]+( [\w$@#%+:/.-]+)*$/;
const LITERALS = ['true', 'false', 'null'];

/**
 * The context as lines, in the agent's order: `{a: {b: 1}, c: [1, 2]}` gives `a.b` and `c`; `{"a.b": 1}` gives `"a.b"`.
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
  return Object.entries(object).map(([key, value]) => {
    const step = PLAIN_KEY.test(key) ? key : distinct(key);
    return { label: prefix ? `${prefix}.${step}` : step, value };
  });
}

/** No two keys look alike, so in a key also a space that does not break is named. */
function distinct(key: string): string {
  return quoted(key).replaceAll(/[\u00A0\u202F]/g, codeOf);
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
  if (Array.isArray(value)) return value.length > 0 ? value.map(itemText).join(', ') : '[]';
  return typeof value === 'object' && value !== null ? '{}' : String(value);
}

function itemText(item: unknown): string {
  if (typeof item !== 'string') return String(item);
  const reads = LITERALS.includes(item) || !Number.isNaN(Number(item));
  return PLAIN_ITEM.test(item) && !reads ? item : quoted(item);
}
