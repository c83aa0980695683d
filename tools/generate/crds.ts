import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  parse,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A structural schema, as far as it is walked here. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  additionalProperties?: boolean | Schema;
  enum?: string[];
  $ref?: string;
  allOf?: Schema[];
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** One kind: the text of its CRD, and what is walked of it. */
export interface Crd {
  /** E.g. `checkpoints.yaml`. */
  readonly file: string;
  readonly yaml: string;
  readonly kind: string;
  readonly schema: Schema;
  /** The file of the CRD that it is made of, if it is. */
  readonly base?: string | undefined;
}

/** Which CRD is made of which other, by the overlay of its own name. */
const MADE: ReadonlyMap<string, string> = new Map([['clustercheckpointrules.yaml', 'checkpointrules.yaml']]);

/** The order in which the kinds are declared. */
const ORDER = [
  'checkpoints.yaml',
  'checkpointrules.yaml',
  'clustercheckpointrules.yaml',
  'checkpointreviews.yaml',
  'revieweridentities.yaml',
];

/** The CRDs as they should be: those that are made of another are made here, whatever stands in their files. */
export async function readCrds(folder: string): Promise<Crd[]> {
  const files = new Set([...ORDER, ...(await readdir(folder)).filter((name) => name.endsWith('.yaml'))]);
  return Promise.all([...files].map(async (file) => crdOf(file, await yamlOf(folder, file))));
}

async function yamlOf(folder: string, file: string): Promise<string> {
  const base = MADE.get(file);
  if (base === undefined) return readFile(join(folder, file), 'utf8');
  const texts = [join(folder, base), join(folder, 'overlay', file)].map((path) => readFile(path, 'utf8'));
  const [under = '', over = ''] = await Promise.all(texts);
  return overlaid(
    under,
    over,
    `Made from ${base} and overlay/${file}; do not edit. To change it: make generate`,
  );
}

function crdOf(file: string, yaml: string): Crd {
  const { spec } = parse(yaml) as {
    spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Schema } }[] };
  };
  const schema = spec.versions[0]?.schema.openAPIV3Schema;
  if (schema === undefined) throw new Error(`${file}: no schema`);
  return { file, yaml, kind: spec.names.kind, schema, base: MADE.get(file) };
}

/** A YAML document with another laid over it: maps are merged, lists of maps item by item, the rest is replaced. */
export function overlaid(under: string, over: string, comment: string): string {
  const document = parseDocument(under);
  merge(document, [], parseDocument(over).contents);
  document.commentBefore = ` ${comment}`;
  return document.toString({ lineWidth: 0 });
}

function merge(document: Document, path: readonly (string | number)[], over: unknown): void {
  for (const [key, node] of entriesOf(over)) {
    const place = [...path, key];
    if (isMerged(node) && isMerged(document.getIn(place))) merge(document, place, node);
    else document.setIn(place, node);
  }
}

function isMerged(node: unknown): node is YAMLMap | YAMLSeq {
  return isMap(node) || (isSeq(node) && node.items.every((item) => isMap(item)));
}

function entriesOf(node: unknown): [string | number, unknown][] {
  if (isSeq(node)) return node.items.map((item, index) => [index, item]);
  if (!isMap(node)) throw new Error('an overlay is a map');
  return node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value]);
}
