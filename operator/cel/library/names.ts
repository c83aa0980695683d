/** The rules of `k8s.io/apimachinery` for names, in its words. An empty list where there is nothing wrong. */

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${LABEL_KEY})?`;

const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const LABEL_KEY_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const EMPTY = 'must be non-empty';
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;

function tooLong(text: string, limit: number, unit: 'bytes' | 'characters'): string[] {
  return Buffer.byteLength(text) > limit ? [`must be no more than ${limit} ${unit}`] : [];
}

function fits(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern}$`).test(text);
}

function misfit(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

export function dns1123Label(text: string): string[] {
  const length = tooLong(text, LABEL_LENGTH, 'characters');
  if (fits(text, DNS1123_LABEL)) return length;
  if (fits(text, DNS1123_SUBDOMAIN)) return [...length, 'must not contain dots'];
  return [...length, misfit(LABEL_MESSAGE, DNS1123_LABEL, 'my-name', '123-abc')];
}

export function dns1123Subdomain(text: string): string[] {
  return subdomain(text, 'characters');
}

function subdomain(text: string, unit: 'bytes' | 'characters'): string[] {
  const length = tooLong(text, SUBDOMAIN_LENGTH, unit);
  if (fits(text, DNS1123_SUBDOMAIN)) return length;
  return [...length, misfit(SUBDOMAIN_MESSAGE, DNS1123_SUBDOMAIN, 'example.com')];
}

export function dns1035Label(text: string): string[] {
  const length = tooLong(text, LABEL_LENGTH, 'characters');
  if (fits(text, DNS1035_LABEL)) return length;
  return [...length, misfit(DNS1035_MESSAGE, DNS1035_LABEL, 'my-name', 'abc-123')];
}

/** A label's key: a name, and before it perhaps a domain and a slash. */
export function qualifiedName(text: string): string[] {
  const shape = misfit(LABEL_KEY_MESSAGE, LABEL_KEY, 'MyName', 'my.name', '123-abc');
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    return [
      `a valid label key ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const length = name === '' ? [EMPTY] : tooLong(name, LABEL_LENGTH, 'bytes');
  const ofName = [...length, ...(fits(name, LABEL_KEY) ? [] : [shape])];
  return [...ofPrefix(parts), ...ofName.map((problem) => `name part ${problem}`)];
}

function ofPrefix([prefix = '', name]: readonly string[]): string[] {
  if (name === undefined) return [];
  return (prefix === '' ? [EMPTY] : subdomain(prefix, 'bytes')).map((problem) => `prefix part ${problem}`);
}

export function labelValue(text: string): string[] {
  const length = tooLong(text, LABEL_LENGTH, 'bytes');
  if (fits(text, LABEL_VALUE)) return length;
  return [...length, misfit(LABEL_VALUE_MESSAGE, LABEL_VALUE, 'MyValue', 'my_value', '12345')];
}
