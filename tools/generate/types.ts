import { isDeepStrictEqual } from 'node:util';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import type { Crd, Schema } from './crds.ts';

/** Which part of which kind gets a name of its own; equal parts of other kinds refer to it. */
const NAMES: Readonly<Record<string, string>> = {
  'Checkpoint.spec': 'CheckpointSpec',
  'Checkpoint.spec.requester': 'Identity',
  'Checkpoint.status': 'CheckpointStatus',
  'Checkpoint.status.evaluations[]': 'Evaluation',
  'Checkpoint.status.evaluations[].ruleRef': 'RuleRef',
  'Checkpoint.status.evaluations[].ruleRef.kind': 'RuleKind',
  'Checkpoint.status.evaluations[].decision': 'RuleDecision',
  'Checkpoint.status.evaluations[].mode': 'RuleMode',
  'Checkpoint.status.requirements[]': 'Requirement',
  'Checkpoint.status.requirements[].ruleRef': 'RuleRef',
  'Checkpoint.status.notifications[]': 'Notification',
  'Checkpoint.status.decision': 'Decision',
  'Checkpoint.status.decision.outcome': 'Outcome',
  'Checkpoint.status.decision.reason': 'Reason',
  'Checkpoint.status.decision.decidedBy': 'DecidedBy',
  'Checkpoint.status.decision.ruleRef': 'RuleRef',
  'Checkpoint.status.decision.reviews[]': 'CountedReview',
  'Checkpoint.status.decision.reviews[].verdict': 'Verdict',
  'Checkpoint.status.conditions[]': 'Condition',
  'CheckpointRule.spec': 'RuleSpec',
  'CheckpointRule.spec.decision': 'RuleDecision',
  'CheckpointRule.spec.mode': 'RuleMode',
  'CheckpointRule.spec.approval': 'Approval',
  'CheckpointRule.status': 'RuleStatus',
  'CheckpointRule.status.conditions[]': 'Condition',
  'ClusterCheckpointRule.spec.namespaceSelector': 'LabelSelector',
  'ClusterCheckpointRule.status': 'RuleStatus',
  'CheckpointReview.spec': 'CheckpointReviewSpec',
  'CheckpointReview.spec.verdict': 'Verdict',
  'CheckpointReview.spec.reviewer': 'Identity',
  'CheckpointReview.spec.via.slack': 'SlackSource',
};

const HEADER = `// Made from the CRDs beside this file; do not edit. To change it: make generate

import type { ObjectMeta } from './meta.ts';

export type { ObjectMeta, OwnerReference } from './meta.ts';

`;

/** The kinds as a module of TypeScript types. */
export async function typesModule(crds: readonly Crd[]): Promise<string> {
  const definitions: Record<string, Schema> = {};
  for (const { kind, schema } of crds) definitions[kind] = named(schema, kind, definitions, true);
  extendRuleSpec(definitions);
  const root = { definitions, type: 'object', additionalProperties: false } as unknown as JSONSchema;
  const body = await compile(root, 'Unused', {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 110 },
  });
  return HEADER + cleaned(body);
}

/** Replaces every named part by a reference to its definition; the first of equal names defines it. */
function named(schema: Schema, path: string, definitions: Record<string, Schema>, root = false): Schema {
  const walked: Schema = { ...schema };
  if (schema.properties) {
    const entries = Object.entries(schema.properties).map(
      ([key, child]) => [key, named(child, `${path}.${key}`, definitions)] as const,
    );
    walked.properties = Object.fromEntries(entries);
  }
  if (schema.items) walked.items = named(schema.items, `${path}[]`, definitions);
  if (isFree(schema) || isFree(schema.additionalProperties)) walked.additionalProperties = true;
  if (root) walked.required = ['metadata', ...(schema.required ?? [])];
  const name = NAMES[path];
  if (name === undefined) return walked;
  definitions[name] ??= walked;
  if (!isDeepStrictEqual(definitions[name].enum, walked.enum)) {
    throw new Error(`${path}: has other values than another field of the type ${name}: ${walked.enum}`);
  }
  return { $ref: `#/definitions/${name}` };
}

/** Whether a schema takes any value. */
function isFree(schema: Schema | boolean | undefined): boolean {
  return typeof schema === 'object' && schema['x-kubernetes-preserve-unknown-fields'] === true;
}

/** One kind's CRD is made from the other's, and its overlay adds one field to the spec. */
function extendRuleSpec(definitions: Record<string, Schema>): void {
  const spec = definitions['ClusterCheckpointRule']?.properties?.['spec'];
  const selector = spec?.properties?.['namespaceSelector'];
  if (spec === undefined || selector === undefined)
    throw new Error('ClusterCheckpointRule: no namespaceSelector');
  const own = { type: 'object', properties: { namespaceSelector: selector } };
  for (const key of Object.keys(spec)) delete (spec as Record<string, unknown>)[key];
  spec.allOf = [{ $ref: '#/definitions/RuleSpec' }, own];
}

/** Metadata is typed by hand; the wrapper type and the generator's notes on definitions are of no use to anybody. */
function cleaned(body: string): string {
  return body
    .replace(/\/\*\*\n \* This interface was referenced by [^*]*\*\/\n/g, '')
    .replace(/ \*\n \* This interface was referenced by [\s\S]*?\n( \* via the `definition` .*\n)/g, '')
    .replace(/export interface Unused \{\}\n/g, '')
    .replaceAll(/metadata: \{\};/g, 'metadata: ObjectMeta;')
    .trimStart();
}
