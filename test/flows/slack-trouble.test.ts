import { afterEach, describe, expect, it } from 'vitest';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({ channel: CHANNEL });
const desk = () => environment().product.desk;

afterEach(async () => {
  desk().faults.up();
  desk().faults.clear();
  await desk().sockets.untilOpen(1);
});

describe('while Slack is in trouble', () => {
  const notified = async (
    ns: Awaited<ReturnType<ReturnType<typeof environment>['namespace']>>,
    asked: Parameters<typeof ns.read>[0],
  ) => (await ns.read(asked))?.status?.conditions?.find(({ type }) => type === 'Notified');

  it.each([
    ['not in the channel', { error: 'not_in_channel' }, 'SlackNotInChannel', 'Invite the bot'],
    ['told to wait', { status: 429, retryAfter: 1 }, 'SlackRateLimited', 'asks to wait'],
    ['answered by an error', { status: 500 }, 'SlackUnavailable', 'HTTP 500'],
    [
      'lacking a scope',
      { error: 'missing_scope', needed: 'chat:write' },
      'SlackMissingScope',
      'Missing: chat:write',
    ],
    ['unknown channel', { error: 'channel_not_found' }, 'SlackChannelNotFound', 'does not exist'],
  ] as const)('%s, the cause stands in Notified and it is tried again', async (_, fault, reason, cure) => {
    const ns = await environment().namespace();
    desk().faults.next('chat.postMessage', fault);
    const asked = await ns.ask();
    const condition = await eventually('the cause is there', async () => {
      const found = await notified(ns, asked);
      return found?.reason === reason ? found : undefined;
    });
    expect(condition).toMatchObject({ status: 'False' });
    expect(condition.message).toContain(cure);
    await ns.posted(asked);
    expect(await notified(ns, asked)).toMatchObject({ status: 'True', reason: 'Delivered' });
  });

  it('a namespace whose annotation names no channel is told so, and its questions still come to an end', async () => {
    const ns = await environment().namespace();
    const annotation =
      'approvalgate.dev/slack-channel=https://acme.slack.com/archives/C0APPROVAL/p1700000000000000000000000';
    await environment().controlPlane.mustKubectl(['annotate', 'namespace', ns.namespace, annotation]);
    await ns.rule('later', { actions: ['suggested'], decision: 'Suggest' });
    const asked = await ns.ask({ timeoutSeconds: 10 });
    const condition = await eventually('the cause is there', () => notified(ns, asked));
    expect(condition).toMatchObject({ status: 'False', reason: 'InvalidChannel' });
    expect(condition.message).toContain('Annotation approvalgate.dev/slack-channel of namespace');
    expect((await ns.decided(await ns.ask({ action: 'suggested' }))).status?.decision?.reason).toBe(
      'Suggested',
    );
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('Unanswered');
    expect((await notified(ns, asked))?.reason).toBe('InvalidChannel');
  });

  it('a post whose answer is lost is found again and not posted twice', async () => {
    const ns = await environment().namespace();
    const before = (await desk().messages(CHANNEL)).length;
    desk().faults.next('chat.postMessage', { acceptThenReset: true });
    await ns.posted(await ns.ask());
    expect((await desk().messages(CHANNEL)).length).toBe(before + 1);
  });

  it('rules, reviews by kubectl and deadlines go on', async () => {
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'recipients > 0 && recipients < 50', decision: 'AutoApprove' });
    desk().faults.down();
    const byRule = await ns.decided(await ns.ask({ context: { recipients: 5 } }));
    expect(byRule.status?.decision?.reason).toBe('RuleApproved');
    const byPerson = await ns.ask();
    await ns.review(await environment().controlPlane.person('mia'), byPerson, 'Approve');
    expect((await ns.decided(byPerson)).status?.decision?.reason).toBe('PersonApproved');
    const byDeadline = await ns.ask({ timeoutSeconds: 10 });
    expect((await ns.decided(byDeadline)).status?.decision?.reason).toBe('Undelivered');
  });

  it('a question that somebody deletes in Slack is asked again', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    const { ts } = await ns.posted(asked);
    await desk().world.state.call('chat.delete', { channel: CHANNEL, ts });
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    const again = await eventually('another message stands', async () => {
      const found = (await ns.read(asked))?.status?.notifications?.[0];
      return found?.messageID !== ts && found?.state === 'Sent' ? found : undefined;
    });
    expect(JSON.stringify((await ns.inSlack(CHANNEL, again.messageID)).blocks)).toContain(
      'replaces a message that was deleted',
    );
    await desk()
      .person(MIA)
      .click(await ns.inSlack(CHANNEL, again.messageID), 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    await desk().person(MIA).submit(view, { approvalgate_reason: 'no' });
    expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Denied');
  });
});
