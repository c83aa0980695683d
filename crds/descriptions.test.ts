import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';

/** As far as it is read here. */
interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** What `kubectl explain` shows, field by field, in the form of Kubernetes' own: whole sentences that begin with the name. */
const FORM = /^(\w+) (?:is|are|names|holds|selects|identifies|links|decides|explains) .+[.]$/s;

/** The API server itself describes these three. */
const OF_EVERY_KIND = new Set(['apiVersion', 'kind', 'metadata']);

function* described(
  { properties, items }: Schema,
  path: string,
): Generator<[path: string, name: string, text: string]> {
  const fields = properties ?? items?.properties ?? {};
  for (const [name, field] of Object.entries(fields)) {
    if (path.split('.').length === 1 && OF_EVERY_KIND.has(name)) continue;
    yield [`${path}.${name}`, name, field.description ?? ''];
    yield* described(field, `${path}.${name}`);
  }
}

const files = globSync('*.yaml', { cwd: import.meta.dirname }).sort();
const kinds = files.map((file) => parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Crd);

describe('kubectl explain', () => {
  it('is asked of every kind', () => {
    expect(kinds).toHaveLength(5);
  });

  test.each(kinds.map((crd) => [crd.spec.names.kind, crd] as const))('%s', (kind, { spec: { versions } }) => {
    for (const { schema } of versions) {
      const all = [
        [kind, kind, schema.openAPIV3Schema.description ?? ''],
        ...described(schema.openAPIV3Schema, kind),
      ];
      const odd = all.filter(([, name, text = '']) => FORM.exec(text)?.[1] !== name);
      expect(odd.map(([path, , text]) => `${path}: ${text}`)).toEqual([]);
      expect(all.length).toBeGreaterThan(6);
    }
  });
});
