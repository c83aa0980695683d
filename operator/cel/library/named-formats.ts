import type { Meter } from '../cost.ts';
import { isRequestUri } from '../golang/url.ts';
import type { Library } from '../signatures.ts';
import { NONE, Opaque, Optional } from '../values.ts';
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from './names.ts';

/** What is wrong with a text, sentence by sentence. */
type Validate = (text: string) => readonly string[];

/** A format that Kubernetes knows by name. */
export class NamedFormat extends Opaque {
  readonly typeName = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly validate: Validate;

  constructor(name: string, validate: Validate) {
    super();
    this.name = name;
    this.validate = validate;
  }

  equals(other: Opaque): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
}

/** A prefix, to which more is added later, may end in a dash. Kubernetes puts a letter in the place of its last two. */
function prefix(validate: Validate): Validate {
  return (text) => validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
}

function accepting(message: string, accepts: (text: string) => boolean): Validate {
  return (text) => (accepts(text) ? [] : [message]);
}

function uri(text: string): readonly string[] {
  const parsed = isRequestUri(text);
  return parsed.ok ? [] : [parsed.message];
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(.\d+)?(z|[+-]\d\d:\d\d)$/su;

function isDatetime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t', 2);
  return isDate(date) && TIME.test(time);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const FORMATS: ReadonlyMap<string, NamedFormat> = new Map(
  Object.entries({
    dns1123Label,
    dns1123LabelPrefix: prefix(dns1123Label),
    dns1123Subdomain,
    dns1123SubdomainPrefix: prefix(dns1123Subdomain),
    dns1035Label,
    dns1035LabelPrefix: prefix(dns1035Label),
    qualifiedName,
    labelValue,
    uri,
    uuid: accepting('does not match the UUID format', (text) => UUID.test(text)),
    byte: accepting('invalid base64', (text) => BASE64.test(text)),
    date: accepting('invalid date', isDate),
    datetime: accepting('invalid datetime', isDatetime),
  }).map(([name, validate]) => [name, new NamedFormat(name, validate)]),
);

function named(_meter: Meter, name: string): Optional {
  const format = FORMATS.get(name);
  return format === undefined ? NONE : new Optional(format);
}

/** None where the text is of the format, else what is wrong with it. */
function validate(meter: Meter, format: NamedFormat, text: string): Optional {
  meter.spend(text.length + 1);
  const problems = format.validate(text);
  return problems.length === 0 ? NONE : new Optional(problems);
}

const FORMAT = 'kubernetes.NamedFormat';

/** Formats of Kubernetes' names and of its schemas. */
export const NAMED_FORMATS: Library = {
  ...Object.fromEntries(
    Array.from(FORMATS, ([name, format]) => [`format.${name}(): ${FORMAT}`, () => format]),
  ),
  [`format.named(string): optional<${FORMAT}>`]: named,
  [`${FORMAT}.validate(string): optional<list<string>>`]: validate,
};
