import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { ClusterCheckpointRule } from '../../crds/types.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const environment = withEnvironment({});

type Shipped = readonly [title: string, spec: ClusterCheckpointRule['spec']];

/** Every rule in an example, or in a page's YAML. */
function shippedRules(): Shipped[] {
  const files = globSync(['examples/**/*.yaml', 'README.md', 'docs/**/*.md'], { cwd: REPOSITORY }).sort();
  return files.flatMap((file) =>
    yamlOf(file)
      .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as ClusterCheckpointRule))
      .filter((document) => document?.kind?.endsWith('CheckpointRule'))
      .map(({ metadata, spec }) => [`${metadata.name} in ${file}`, spec] as const),
  );
}

/** Those that approve under a condition. */
function approvingRules(): Shipped[] {
  return shippedRules().filter(([, spec]) => spec.decision === 'AutoApprove' && spec.condition !== undefined);
}

function yamlOf(file: string): string[] {
  const text = readFileSync(join(REPOSITORY, file), 'utf8');
  if (file.endsWith('.yaml')) return [text];
  return [...text.matchAll(/^```yaml\n(.*?)^```/gmsu)].map(([, block = '']) => block);
}

/** Whatever an example calls its number, it is this one. */
function contextOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(['amount', 'recipients', 'total', 'price', 'cost'].map((key) => [key, value]));
}

/** How it ends, or that a person is asked. */
async function fate(ns: TestNamespace, action: string, value: unknown): Promise<string> {
  const asked = await ns.ask({ action, context: contextOf(value) });
  return eventually('it is decided, or a person is asked', async () => {
    const { decision, requirements } = (await ns.read(asked))?.status ?? {};
    return decision?.outcome ?? (requirements ? 'Asked' : undefined);
  });
}

describe('a shipped rule', () => {
  it('is on the page for authors of rules', () => {
    expect(shippedRules().map(([title]) => title)).toContain('large-refunds in docs/rules.md');
  });

  it.each(shippedRules())('is taken by the API server and comes into force: %s', async (_, spec) => {
    const ns = await environment().namespace();
    const { namespaceSelector: __, ...rest } = spec;
    await ns.rule('shipped', rest);
  });
});

describe('a shipped rule that approves', () => {
  it('is in the first example and on the first page', () => {
    const titles = approvingRules().map(([title]) => title);
    expect(titles).toContain('small-refunds in README.md');
    expect(titles).toContain('small-refunds in examples/rules.yaml');
  });

  it.each(approvingRules())('approves no number but those that it is for: %s', async (_, spec) => {
    const ns = await environment().namespace();
    const { requesters: __, namespaceSelector: ___, ...rest } = spec;
    await ns.rule('shipped', rest);
    const action = (spec.actions[0] ?? '').replaceAll('*', 'x');
    expect(await fate(ns, action, 12)).toBe('Approved');
    for (const value of [-5000, -0.01, 0, 9e15, '12', '-5000', null, [12], { n: 12 }]) {
      expect([value, await fate(ns, action, value)]).toEqual([value, 'Asked']);
    }
  });
});
