import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Crd, overlaid } from './crds.ts';
import { limitsModule, limitsOf } from './limits.ts';
import { typesModule } from './types.ts';

const crdOf = (properties: Crd['schema']['properties']): Crd => ({
  file: 'things.yaml',
  yaml: '',
  kind: 'Thing',
  schema: { properties: properties ?? {} },
});

describe('an overlay', () => {
  const under = 'a: { b: 1, c: [x, y] }\nversions:\n  - { name: v1, schema: { d: &d { e: 2 } } }\nsame: *d\n';

  it('merges maps, and lists of maps item by item, and replaces the rest', () => {
    const over = 'a: { c: [z] }\nversions:\n  - schema: { d: { f: 3 } }\n';
    expect(parse(overlaid(under, over, 'made'))).toEqual({
      a: { b: 1, c: ['z'] },
      versions: [{ name: 'v1', schema: { d: { e: 2, f: 3 } } }],
      same: { e: 2, f: 3 },
    });
  });

  it('says first what the file is made from', () => {
    expect(overlaid(under, 'a: { b: 2 }', 'made from two')).toMatch(/^# made from two\n/);
  });
});

describe('the limits', () => {
  const crds = [
    crdOf({
      spec: {
        properties: {
          names: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 5 } } as Crd['schema'],
          free: { type: 'string' },
          text: { type: 'string', pattern: "^it's\\d$", default: 'x' } as Crd['schema'],
        },
      },
    }),
  ];

  it('stand at the path of their field, and what has none is left out', () => {
    expect(limitsOf(crds)).toEqual({
      Thing: {
        spec: {
          names: { maxItems: 3, items: { maxLength: 5 } },
          text: { pattern: "^it's\\d$", default: 'x' },
        },
      },
    });
  });

  it('read the same as they are written', () => {
    const body = limitsModule(crds).split('SCHEMA = ')[1]?.replace(' as const;', '');
    expect(new Function(`return ${body}`)()).toEqual(limitsOf(crds));
  });

  it('of a kind that is made of another are what it has beyond that', () => {
    const [base] = crds as [Crd];
    const schema = structuredClone(base.schema);
    const { properties = {} } = schema.properties?.['spec'] ?? {};
    properties['selector'] = { type: 'string', maxLength: 9 } as Crd['schema'];
    const made = { ...base, file: 'made.yaml', kind: 'Made', schema, base: base.file };
    expect(limitsOf([base, made])['Made']).toEqual({ spec: { selector: { maxLength: 9 } } });
    expect(limitsOf([base, { ...made, schema: base.schema }])['Made']).toEqual({});
  });

  it('are refused where a field is called as a keyword', () => {
    expect(() => limitsOf([crdOf({ items: { type: 'string' } })])).toThrow('Thing.items');
  });
});

describe('the types', () => {
  const kinds = (recorded: string[]): Crd[] => {
    const values = (enumerated: string[]) => ({ decision: { type: 'string', enum: enumerated } });
    const evaluations = { type: 'array', items: { properties: values(recorded) } };
    const kind = (name: string, properties: Crd['schema']['properties']) => ({
      ...crdOf(properties),
      kind: name,
    });
    return [
      kind('Checkpoint', { status: { properties: { evaluations } } } as Crd['schema']['properties']),
      kind('CheckpointRule', { spec: { properties: values(['AutoDeny', 'Hold']) } }),
    ];
  };

  it('refuse values that a rule may have and an evaluation cannot record', async () => {
    await expect(typesModule(kinds(['AutoDeny']))).rejects.toThrow(
      'CheckpointRule.spec.decision: has other values than another field of the type RuleDecision: AutoDeny,Hold',
    );
  });
});
