import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { checkpoint, stored, withAdmission } from '../support/admission-environment.ts';

const admission = withAdmission();
const AGENT = 'system:serviceaccount:shop:refund-bot';

describe('a Checkpoint that an agent creates', () => {
  it('is stamped with the agent, who claimed to be somebody else', async () => {
    const requester = { username: 'mia', uid: 'x', groups: ['system:masters'] };
    const { spec } = await admission().asked({ requester });
    expect(spec.requester?.username).toBe(AGENT);
    expect(spec.requester?.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(spec.requester?.groups).toContain('system:serviceaccounts:shop');
    expect(spec.requester?.groups).not.toContain('system:masters');
  });

  it("has the service account's name as its agent, unless it names one", async () => {
    expect((await admission().asked()).spec.agent).toBe('refund-bot');
    expect((await admission().asked({ agent: 'my-bot' })).spec.agent).toBe('my-bot');
  });

  it('by a person has their username as its agent', async () => {
    const admin = await admission().cluster.kubectl(['create', '-f', '-', '-o', 'json'], {
      input: JSON.stringify(checkpoint()),
    });
    expect(stored<Checkpoint>(admin).spec).toMatchObject({
      agent: 'admin',
      requester: { username: 'admin' },
    });
  });

  it.each([
    [
      'a number that would be rounded',
      '{"items":[{"price":1},{"price":9007199254740993}]}',
      'spec.context.items[1].price: must be below 2^53',
    ],
    [
      'a number that the API server rounds before any webhook',
      '{"id":12345678901234567890}',
      'spec.context.id: must be below 2^53',
    ],
    [
      'a depth of 33',
      `{"a":${'{"a":'.repeat(32)}1${'}'.repeat(33)}`,
      `spec.context${'.a'.repeat(32)}: must be at most 32 levels deep`,
    ],
    ['a depth of 5,000', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 'must be at most 32 levels deep'],
    [
      'a list of 1001',
      `{"list":[${Array.from({ length: 1001 }, () => 1)}]}`,
      'spec.context.list: must have at most 1000 items, has 1001',
    ],
    ['2 MB', `{"a":"${'x'.repeat(2e6)}"}`, 'spec.context: must be at most 65536 bytes as JSON, has 2000008'],
    ['a prototype', '{"__proto__":{"n":-1e300}}', 'spec.context.__proto__.n: must be below 2^53'],
  ])('is refused with %s, and the place is named', async (_, context, message) => {
    const body = JSON.stringify(checkpoint()).replace('"spec":{', `"spec":{"context":${context},`);
    const { code, stderr } = await admission().post(admission().agent, 'checkpoints', body);
    expect(stderr).toContain('stamp.approvalgate.dev');
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  });

  it("is refused with 10 MB by the API server's own limit, before any webhook", async () => {
    const body = JSON.stringify(checkpoint({ context: { a: 'x'.repeat(10_000_000) } }));
    const { code, stderr } = await admission().post(admission().agent, 'checkpoints', body);
    expect(stderr).toContain('limit is 3145728');
    expect(code).not.toBe(0);
  });

  it('keeps a context of nearly 64 KiB, byte for byte', async () => {
    const context = { 'a b\u202e': 'ä'.repeat(32_000), n: 2 ** 53 - 1, list: [null, true, 0.1] };
    expect((await admission().asked({ context })).spec.context).toEqual(context);
  });

  it('is refused with everything that is wrong at once', async () => {
    const { stderr } = await admission().create(
      admission().agent,
      checkpoint({ context: { a: 1e300, b: [2e300] } }),
    );
    expect(stderr).toContain('spec.context.a: ');
    expect(stderr).toContain('spec.context.b[0]: ');
  });

  it('is stamped and checked by a dry run too, which stores nothing', async () => {
    const named = checkpoint({}, { name: 'dry' });
    const dry = await admission().create(admission().agent, named, '--dry-run=server');
    expect(stored<Checkpoint>(dry).spec.requester?.username).toBe(AGENT);
    const bad = checkpoint({ context: { n: 1e300 } }, { name: 'dry' });
    expect((await admission().create(admission().agent, bad, '--dry-run=server')).stderr).toContain(
      'spec.context.n',
    );
    expect((await admission().cluster.kubectl(['get', 'ckpt', 'dry', '-n', 'shop'])).stderr).toContain(
      'NotFound',
    );
  });

  it('can be applied by server-side apply, again and again, and still belongs to who created it', async () => {
    const { cluster, namespace, agent } = admission();
    const role = [
      'create',
      'role',
      'applier',
      '-n',
      namespace,
      '--verb=patch',
      '--resource=checkpoints.approvalgate.dev',
    ];
    await cluster.mustKubectl(role);
    const to = `--serviceaccount=${namespace}:refund-bot`;
    await cluster.mustKubectl(['create', 'rolebinding', 'applier', '-n', namespace, '--role=applier', to]);
    const object = checkpoint({ context: { amount: 12.5 } }, { name: 'applied' });
    const first = stored<Checkpoint>(await admission().apply(agent, object, '--server-side'));
    expect(first.spec).toMatchObject({ agent: 'refund-bot', requester: { username: AGENT } });
    const second = stored<Checkpoint>(await admission().apply(agent, object, '--server-side'));
    expect([second.metadata.uid, second.spec]).toEqual([first.metadata.uid, first.spec]);
    const other = checkpoint({ context: { amount: 13 } }, { name: 'applied' });
    expect((await admission().apply(agent, other, '--server-side')).stderr).toContain('spec is immutable');
  });
});
