import type { LabelSelector, RuleSpec } from '../../crds/types.ts';

/** What decides whether a rule is for a checkpoint at all, before any expression is evaluated. */
export interface Subject {
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly action: string;
  readonly username: string;
}

/** A rule with its scope: a namespaced rule is for its own namespace alone. */
export interface Matchable {
  readonly metadata: { readonly namespace?: string };
  readonly spec: RuleSpec & { readonly namespaceSelector?: LabelSelector };
}

type Filter = (rule: Matchable, subject: Subject) => boolean;

const inNamespace: Filter = ({ metadata: { namespace } }, subject) =>
  namespace === undefined || namespace === subject.namespace;

const selectsNamespace: Filter = ({ spec }, { namespaceLabels }) =>
  spec.namespaceSelector === undefined || selects(spec.namespaceSelector, namespaceLabels);

const forAction: Filter = ({ spec }, { action }) => spec.actions.some((glob) => fitsGlob(glob, action));

const forRequester: Filter = ({ spec }, { username }) =>
  spec.requesters === undefined || spec.requesters.some((glob) => fitsGlob(glob, username));

const FILTERS: readonly Filter[] = [inNamespace, selectsNamespace, forAction, forRequester];

export function isFor(rule: Matchable, subject: Subject): boolean {
  return FILTERS.every((filter) => filter(rule, subject));
}

/** Whether `text` fits a pattern in which `*` stands for any characters. Looks at each part once, from the left. */
export function fitsGlob(glob: string, text: string): boolean {
  const parts = glob.split('*');
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return glob === text;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let position = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= end;
}

/** As Kubernetes selects: all labels and all expressions must hold; NotIn and DoesNotExist hold without the label. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(matchLabels).every(([key, wanted]) => value(key) === wanted) &&
    matchExpressions.every(({ key, operator, values = [] }) => HOLDS[operator](value(key), values))
  );
}

type Expressions = NonNullable<LabelSelector['matchExpressions']>;

const HOLDS: Record<
  Expressions[number]['operator'],
  (value: string | undefined, values: readonly string[]) => boolean
> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};
