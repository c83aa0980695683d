import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ReviewerIdentity } from '../../crds/types.ts';
import { slackAccount } from './api.ts';

const ACCOUNT = { team: 'T0ACME', user: 'U0MIA' };

function identity(team: string, user: string): ReviewerIdentity {
  return { metadata: { name: 't0acme-u0mia' }, spec: { username: 'mia', slack: { team, user } } };
}

describe('the identity of a Slack account', () => {
  it('has the one name that the schema allows', () => {
    expect(slackAccount(ACCOUNT).identity).toBe('t0acme-u0mia');
  });

  it.each([
    ['T0ACME', 'U0MIA', true],
    ['T0ACME', 'U0MIa', false],
    ['T0OTHER', 'U0MIA', false],
    ['T0ACME', 'U0TOM', false],
  ])('that says %s %s links the account: %s', (team, user, linked) => {
    expect(slackAccount(ACCOUNT).isLinkedBy(identity(team, user))).toBe(linked);
  });

  it('is shown to whoever has none, complete but for the username', () => {
    expect(parse(slackAccount(ACCOUNT).linkingManifest())).toEqual({
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'ReviewerIdentity',
      metadata: { name: 't0acme-u0mia' },
      spec: { username: '<your Kubernetes username>', slack: ACCOUNT },
    });
  });
});
