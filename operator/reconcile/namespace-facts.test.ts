import { expect, it } from 'vitest';
import { namespaceFacts } from './namespace-facts.ts';

const KEY = 'approvalgate.dev/slack-channel';
const DEFAULT = 'C0DEFAULT1';

function namespace(annotations?: Record<string, string>) {
  return { metadata: { name: 'shop', labels: { team: 'a' }, ...(annotations ? { annotations } : {}) } };
}

it('a namespace that names no channel has the default, if there is one', () => {
  expect(namespaceFacts(namespace(), DEFAULT)).toEqual({ labels: { team: 'a' }, slackChannel: DEFAULT });
  expect(namespaceFacts(undefined, undefined)).toEqual({ labels: {} });
  expect(namespaceFacts(namespace({ [KEY]: '' }), DEFAULT).slackChannel).toBe(DEFAULT);
});

it('a namespace that names a channel has that one', () => {
  expect(namespaceFacts(namespace({ [KEY]: 'C0APPROVAL' }), DEFAULT).slackChannel).toBe('C0APPROVAL');
});

it.each(['#approvals', `https://acme.slack.com/archives/C0APPROVAL`, `C${'0'.repeat(64)}`])(
  'a namespace that names %j has none, not the default either, and says why',
  (text) => {
    const { slackChannel, channelProblem } = namespaceFacts(namespace({ [KEY]: text }), DEFAULT);
    expect(slackChannel).toBeUndefined();
    expect(channelProblem).toContain(`Annotation ${KEY} of namespace shop`);
  },
);
