import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { ApiError } from './api-error.ts';
import { KubeClient } from './client.ts';
import type { Connections } from './transport.ts';

const REF = { namespace: 'shop', name: 'refund' };

describe('a client that is fenced', () => {
  it('reads always, and writes while it may', async () => {
    const sent: string[] = [];
    const connections: Connections = {
      call: ({ method }) => {
        sent.push(method);
        return Promise.reject(new ApiError({ status: 404, message: 'sent' }));
      },
      watch: ({ method }) => {
        sent.push(`watch ${method}`);
        return Promise.reject(new ApiError({ status: 404, message: 'sent' }));
      },
      problems: () => ['a problem'],
      close: () => Promise.resolve(),
    };
    let leads = true;
    const client = new KubeClient(connections).fencedBy(() => leads);
    const everything = () =>
      Promise.allSettled([
        client.get(CHECKPOINTS, REF),
        client.watch(CHECKPOINTS, { timeoutSeconds: 1 }, AbortSignal.timeout(1_000)).next(),
        client.create(CHECKPOINTS, { metadata: REF }),
        client.replace(CHECKPOINTS, { metadata: REF }),
        client.patchStatus(CHECKPOINTS, { metadata: REF }, {}),
        client.delete(CHECKPOINTS, REF, { uid: 'uid' }),
        client.subjectAccessReview({ user: 'mia' }),
      ]);
    await everything();
    expect(sent.splice(0)).toEqual(['GET', 'watch GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'POST']);
    leads = false;
    const results = await everything();
    expect(sent).toEqual(['GET', 'watch GET']);
    expect(results.map((result) => (result.status === 'rejected' ? String(result.reason) : ''))).toEqual([
      '',
      'ApiError: sent',
      ...Array.from({ length: 5 }, () => expect.stringContaining('does not lead')),
    ]);
    expect(client.problems()).toEqual(['a problem']);
  });
});
