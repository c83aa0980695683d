import { expect, it } from 'vitest';
import { slackIsOff } from '../slack/posting/notifier.ts';
import { namespaceFacts } from './namespace-facts.ts';

const KEY = 'approvalgate.dev/slack-channel';
const DEFAULT = 'C0DEFAULT1';
const SLACK = [slackIsOff(DEFAULT)];
const inSlack = (channel: string) => [{ provider: 'Slack', channel }];

function namespace(annotations?: Record<string, string>) {
  return { metadata: { name: 'shop', labels: { team: 'a' }, ...(annotations ? { annotations } : {}) } };
}

it('a namespace that names no channel has the default, if there is one', () => {
  const facts = namespaceFacts(namespace(), SLACK);
  expect(facts.labels).toEqual({ team: 'a' });
  expect(facts.routing.defaults).toEqual(inSlack(DEFAULT));
  expect(namespaceFacts(undefined, [slackIsOff()])).toMatchObject({ labels: {}, routing: { defaults: [] } });
  expect(namespaceFacts(namespace({ [KEY]: '' }), SLACK).routing.defaults).toEqual(inSlack(DEFAULT));
});

it('a namespace that names a channel has that one', () => {
  const { routing } = namespaceFacts(namespace({ [KEY]: 'C0APPROVAL' }), SLACK);
  expect(routing.defaults).toEqual(inSlack('C0APPROVAL'));
  expect(routing.problem).toBeUndefined();
});

it.each(['#approvals', `https://acme.slack.com/archives/C0APPROVAL`, `C${'0'.repeat(64)}`])(
  'a namespace that names %j has none, not the default either, and says why',
  (text) => {
    const { routing } = namespaceFacts(namespace({ [KEY]: text }), SLACK);
    expect(routing.defaults).toEqual([]);
    expect(routing.problem).toContain(`Annotation ${KEY} of namespace shop`);
  },
);
