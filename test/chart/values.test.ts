import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, helm, NAMESPACE, template, valueFiles } from '../support/chart.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}
type Values = { readonly [name: string]: unknown };

const VALUES = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Values;
const SCHEMA = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Schema;

/** Every value of which the schema knows no parts, with its path and default. */
function leaves(values: Values, schema: Schema, prefix: readonly string[] = []): [string[], unknown][] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = [...prefix, name];
    const part = schema.properties?.[name];
    return part?.properties ? leaves(value as Values, part, path) : [[path, value] as [string[], unknown]];
  });
}

/** Values in which the paths alone are set. */
function setting(paths: readonly (readonly string[])[], value: unknown): object {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let at = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return root;
}

const all = leaves(VALUES, SCHEMA).map(([path]) => path);

async function refusal(values: unknown, ...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await template(values, ...args);
  expect(code, stdout).not.toBe(0);
  return stderr;
}

describe('the schema of the values', () => {
  it('knows every value, requires it, and takes no other', () => {
    const check = (values: Values, schema: Schema, path: string): void => {
      const known = Object.keys(schema.properties ?? {}).filter((name) => name !== 'global');
      expect(known, path).toEqual(Object.keys(values));
      expect(schema.required, path).toEqual(known);
      expect(schema.additionalProperties, path).toBe(false);
      for (const name of known) {
        const part = schema.properties?.[name];
        if (part?.properties) check(values[name] as Values, part, `${path}.${name}`);
      }
    };
    check(VALUES, SCHEMA, 'values');
    expect(all.length).toBeGreaterThan(60);
  });

  it('names each value that is set to null', async () => {
    const text = await refusal(setting(all, null));
    for (const path of all) {
      expect(text).toContain(
        `at '${path
          .slice(0, -1)
          .map((name) => `/${name}`)
          .join('')}': `,
      );
      expect(text).toMatch(new RegExp(`missing propert(y|ies) [^\n]*'${path.at(-1)}'`, 'u'));
    }
  });

  it('names each group that is set to null', async () => {
    const groups = [...new Set(all.flatMap((path) => (path.length > 1 ? [path[0]] : [])))];
    const text = await refusal(
      setting(
        groups.map((name) => [name ?? '']),
        null,
      ),
    );
    for (const name of groups)
      expect(text).toMatch(new RegExp(`missing propert(y|ies) [^\n]*'${name}'`, 'u'));
  });

  it('names each value that is empty and may not be, and takes the others', async () => {
    const texts = leaves(VALUES, SCHEMA).filter(([, value]) => typeof value === 'string');
    const mayNot = texts.filter(([, value]) => value !== '').map(([path]) => path);
    const may = texts.filter(([, value]) => value === '').map(([path]) => path);
    const text = await refusal(setting([...mayNot, ...may], ''));
    for (const path of mayNot) expect(text).toContain(`at '/${path.join('/')}': `);
    for (const path of may) expect(text).not.toContain(`at '/${path.join('/')}': `);
    expect([mayNot.length, may.length].map((count) => count > 7)).toEqual([true, true]);
  });

  it.each([
    ['a value that there is not', { slak: { secret: 'x' } }, "'slak' not allowed"],
    ['a number as text', { replicas: '2' }, "at '/replicas': got string, want integer"],
    ['no replicas', { replicas: 0 }, "at '/replicas': minimum"],
    ['a switch as text', { crds: { keep: 'false' } }, "at '/crds/keep': got string, want boolean"],
    [
      'a name for a channel',
      { slack: { secret: 's', channel: '#general' } },
      "at '/slack/channel': '#general'",
    ],
    ['a tag in the repository', { image: { repository: 'a/b:v1' } }, "at '/image/repository'"],
    ['a second line', { image: { tag: 'v1\n  command: [sh]' } }, "at '/image/tag'"],
    [
      'a flag in a flag',
      { slack: { secret: 's', apiUrl: 'https://x/ --roles=webhook' } },
      "at '/slack/apiUrl'",
    ],
    ['a key out of its folder', { extraCA: { configMap: 'c', key: '../x' } }, "at '/extraCA/key'"],
    ['a template', { serviceAccount: { name: '{{ .Release.Name }}' } }, "at '/serviceAccount/name'"],
    [
      'a quote in the name that policies trust',
      { serviceAccount: { name: "a' || true || '" } },
      "at '/serviceAccount/name'",
    ],
    ['a URL with a path', { webhook: { url: 'https://x/y' } }, "at '/webhook/url'"],
    ['a label that is none', { podLabels: { a: 'b c' } }, "at '/podLabels/a'"],
    ['a label of another kind', { podLabels: { a: true } }, "at '/podLabels/a': got boolean, want string"],
  ])('refuses %s, by its name', async (_, values, words) => {
    expect(await refusal(values)).toContain(words);
  });
});

describe('values that contradict each other', () => {
  it.each([
    ['operator.enabled=false needs webhook.url', { operator: { enabled: false } }],
    ['webhook.url needs webhook.caBundle', { operator: { enabled: false }, webhook: { url: 'https://x' } }],
    [
      'metrics.serviceMonitor.enabled needs operator.enabled=true',
      { operator: { enabled: false }, metrics: { serviceMonitor: { enabled: true } } },
    ],
    ['split.enabled needs operator.enabled=true', { operator: { enabled: false }, split: { enabled: true } }],
    ['webhook.enabled=false needs operator.enabled=false', { webhook: { enabled: false } }],
    ['webhook.url and webhook.caBundle need operator.enabled=false', { webhook: { caBundle: 'aGk=' } }],
    ['webhook.port=8080 is taken', { webhook: { port: 8080 } }],
    ['slack.channel needs slack.secret', { slack: { channel: 'C0123ABCD45' } }],
    ['slack.transport=http needs slack.secret', { slack: { transport: 'http' } }],
    ['need slack.transport=http', { slack: { secret: 's', http: { ingress: { enabled: true } } } }],
    [
      'slack.http.host is missing',
      { slack: { secret: 's', transport: 'http', http: { ingress: { enabled: true } } } },
    ],
    [
      'slack.http.gateway.parentRefs is empty',
      { slack: { secret: 's', transport: 'http', http: { host: 'x', gateway: { enabled: true } } } },
    ],
    [
      'exclude each other',
      {
        slack: {
          secret: 's',
          transport: 'http',
          http: { host: 'x', gateway: { enabled: true }, ingress: { enabled: true } },
        },
      },
    ],
    ['an upgrade would delete the CRDs', { crds: { enabled: false, keep: false } }],
    ['serviceAccount.name=default: others run', { serviceAccount: { name: 'default' } }],
    ['serviceAccount.name=approvalgate-doctor', { serviceAccount: { name: 'approvalgate-doctor' } }],
    ['Slack opens 10 sockets', { replicas: 10, slack: { secret: 's' } }],
    ['set at least 90', { shutdown: { preStopSeconds: 60 } }],
    ['podLabels: app.kubernetes.io/name is a label', { podLabels: { 'app.kubernetes.io/name': 'x' } }],
  ])('are refused with the cure: %s', async (words, values) => {
    const text = await refusal(values);
    expect(text).toContain('these values cannot work:\n- ');
    expect(text).toContain(words);
  });

  it.each(['default', 'kube-system'])('and so is a namespace in which others work: %s', async (namespace) => {
    expect(await refusal({}, '--namespace', namespace)).toContain('add -n approvalgate --create-namespace');
  });

  it('are all named at once', async () => {
    const text = await refusal({ webhook: { enabled: false, port: 3000 }, slack: { transport: 'http' } });
    expect(text.match(/^- /gmu)).toHaveLength(3);
  });
});

describe('helm lint --strict', () => {
  it.each(valueFiles())('finds nothing with ci/%s', async (file) => {
    const args = ['lint', '--strict', CHART, '--namespace', NAMESPACE, '--values', join(CHART, 'ci', file)];
    const { code, stdout, stderr } = await helm(args);
    expect(stdout + stderr).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(code).toBe(0);
  });
});
