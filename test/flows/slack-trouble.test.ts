import { afterEach, describe, expect, it } from 'vitest';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { withFlow } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const flow = withFlow({ channel: CHANNEL });
const desk = () => flow().stage.desk;

afterEach(async () => {
  desk().faults.up();
  desk().faults.clear();
  await desk().sockets.untilOpen(1);
});

describe('while Slack is in trouble', () => {
  const notified = async (
    room: Awaited<ReturnType<ReturnType<typeof flow>['room']>>,
    asked: Parameters<typeof room.read>[0],
  ) => (await room.read(asked))?.status?.conditions?.find(({ type }) => type === 'Notified');

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
    const room = await flow().room();
    desk().faults.next('chat.postMessage', fault);
    const asked = await room.ask();
    const condition = await eventually('the cause is there', async () => {
      const found = await notified(room, asked);
      return found?.reason === reason ? found : undefined;
    });
    expect(condition).toMatchObject({ status: 'False' });
    expect(condition.message).toContain(cure);
    await room.posted(asked);
    expect(await notified(room, asked)).toMatchObject({ status: 'True', reason: 'Delivered' });
  });

  it('a namespace whose annotation names no channel is told so, and its questions still come to an end', async () => {
    const room = await flow().room();
    const annotation =
      'approvalgate.dev/slack-channel=https://acme.slack.com/archives/C0APPROVAL/p1700000000000000000000000';
    await flow().controlPlane.mustKubectl(['annotate', 'namespace', room.namespace, annotation]);
    await room.rule('later', { actions: ['suggested'], decision: 'Suggest' });
    const asked = await room.ask({ timeoutSeconds: 10 });
    const condition = await eventually('the cause is there', () => notified(room, asked));
    expect(condition).toMatchObject({ status: 'False', reason: 'InvalidChannel' });
    expect(condition.message).toContain('Annotation approvalgate.dev/slack-channel of namespace');
    expect((await room.decided(await room.ask({ action: 'suggested' }))).status?.decision?.reason).toBe(
      'Suggested',
    );
    expect((await room.decided(asked)).status?.decision?.reason).toBe('Unanswered');
    expect((await notified(room, asked))?.reason).toBe('InvalidChannel');
  });

  it('a post whose answer is lost is found again and not posted twice', async () => {
    const room = await flow().room();
    const before = (await desk().messages(CHANNEL)).length;
    desk().faults.next('chat.postMessage', { acceptThenReset: true });
    await room.posted(await room.ask());
    expect((await desk().messages(CHANNEL)).length).toBe(before + 1);
  });

  it('rules, reviews by kubectl and deadlines go on', async () => {
    const room = await flow().room();
    await room.rule('small', { condition: 'recipients > 0 && recipients < 50', decision: 'AutoApprove' });
    desk().faults.down();
    const byRule = await room.decided(await room.ask({ context: { recipients: 5 } }));
    expect(byRule.status?.decision?.reason).toBe('RuleApproved');
    const byPerson = await room.ask();
    await room.review(await flow().controlPlane.person('mia'), byPerson, 'Approve');
    expect((await room.decided(byPerson)).status?.decision?.reason).toBe('PersonApproved');
    const byDeadline = await room.ask({ timeoutSeconds: 10 });
    expect((await room.decided(byDeadline)).status?.decision?.reason).toBe('Undelivered');
  });

  it('a question that somebody deletes in Slack is asked again', async () => {
    const room = await flow().room();
    await room.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await room.ask();
    const { ts } = await room.posted(asked);
    await desk().world.state.call('chat.delete', { channel: CHANNEL, ts });
    await room.review(await flow().controlPlane.person('mia'), asked, 'Approve');
    const again = await eventually('another message stands', async () => {
      const found = (await room.read(asked))?.status?.notifications?.[0];
      return found?.messageID !== ts && found?.state === 'Sent' ? found : undefined;
    });
    expect(JSON.stringify((await room.inSlack(CHANNEL, again.messageID)).blocks)).toContain(
      'replaces a message that was deleted',
    );
    await desk()
      .person(MIA)
      .click(await room.inSlack(CHANNEL, again.messageID), 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    await desk().person(MIA).submit(view, { approvalgate_reason: 'no' });
    expect((await room.decided(asked)).status?.decision?.outcome).toBe('Denied');
  });
});
