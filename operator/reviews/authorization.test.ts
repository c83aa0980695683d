import { describe, expect, it, vi } from 'vitest';
import { mayReview } from './authorization.ts';

function server(answer: () => Promise<{ allowed: boolean }>) {
  return { subjectAccessReview: vi.fn(answer) };
}
const yes = () => server(async () => ({ allowed: true }));

describe('the right to review', () => {
  it.each([
    ['Approve', 'approve'],
    ['Deny', 'deny'],
  ] as const)(
    'to %s is the verb %s in the namespace, asked for the person with their groups',
    async (verdict, verb) => {
      const client = yes();
      const person = { username: 'mia', uid: 'u-1', groups: ['finance'] };
      expect(await mayReview(client, person, verdict, 'shop')).toBe(true);
      expect(client.subjectAccessReview).toHaveBeenCalledExactlyOnceWith({
        user: 'mia',
        uid: 'u-1',
        groups: ['finance'],
        resourceAttributes: { group: 'approvalgate.dev', resource: 'checkpoints', verb, namespace: 'shop' },
      });
    },
  );

  it('adds no group to those of the person', async () => {
    const client = yes();
    await mayReview(client, { username: 'mia' }, 'Approve', 'shop');
    expect(client.subjectAccessReview).toHaveBeenCalledWith(expect.objectContaining({ groups: [] }));
  });

  it.each([
    ['nobody', undefined],
    ['an empty name', { username: '' }],
    ['a service account', { username: 'system:serviceaccount:shop:bot' }],
    ['a system user', { username: 'system:admin' }],
    ['a system user in another spelling', { username: ' System:admin' }],
    ['a name of which nothing is seen', { username: '\u200b ' }],
  ])('is refused to %s without asking', async (_, person) => {
    const client = yes();
    expect(await mayReview(client, person, 'Approve', 'shop')).toBe(false);
    expect(client.subjectAccessReview).not.toHaveBeenCalled();
  });

  it('is refused when the API server says no', async () => {
    expect(
      await mayReview(
        server(async () => ({ allowed: false })),
        { username: 'mia' },
        'Deny',
        'shop',
      ),
    ).toBe(false);
  });

  it('is neither given nor refused when the API server does not answer', async () => {
    const silent = server(() => Promise.reject(new Error('no answer')));
    await expect(mayReview(silent, { username: 'mia' }, 'Approve', 'shop')).rejects.toThrow('no answer');
  });
});
