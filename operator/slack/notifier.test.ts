import { describe, expect, it, onTestFinished } from 'vitest';
import { DECISION, shown, VIEW } from '../../test/support/views.ts';
import { type RunningSlackDesk, type SlackDeskOptions, startSlackDesk } from '../../tools/slack-desk/desk.ts';
import type { Fault } from '../../tools/slack-desk/faults.ts';
import type { MessageView } from '../decision/message.ts';
import { createLogger } from '../log.ts';
import { SlackNotifier } from './notifier.ts';
import { render } from './render.ts';
import { secretsFromEnvironment } from './secrets.ts';
import { SlackWeb } from './web.ts';

const log = createLogger('silent');
const CHANNEL = 'C0APPROVAL';
const SHARED = 'C0SHARED01';
const FRESH = { searchFirst: false, mayPost: () => true };
const AGAIN = { searchFirst: true, mayPost: () => true };

type SetUp = Partial<SlackDeskOptions> & { readonly allowSharedChannels?: boolean };

async function setUp({ allowSharedChannels = false, ...options }: SetUp = {}) {
  const desk = await startSlackDesk({
    transport: 'http',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [],
    channels: [
      { id: CHANNEL, name: 'approvals' },
      { id: SHARED, name: 'partners', is_ext_shared: true },
      { id: 'C0UNINVITE', name: 'elsewhere', botIsMember: false },
    ],
    ...options,
  });
  onTestFinished(() => desk.close());
  const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
  const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl });
  return { desk, notifier: new SlackNotifier({ web, allowSharedChannels, log, now: Date.now }) };
}

/** Asked just now, so that what is posted in this test is not older. */
const view = (change: Partial<MessageView> = {}): MessageView => ({
  ...VIEW,
  channel: CHANNEL,
  createdAt: new Date().toISOString(),
  ...change,
});

const posts = async (desk: RunningSlackDesk, channel = CHANNEL) => (await desk.messages(channel)).length;

describe('a message that may have been posted before', () => {
  it('is found behind hundreds of later ones, and updated', async () => {
    const { desk, notifier } = await setUp();
    const first = await notifier.deliver(view(), FRESH);
    for (let i = 0; i < 250; i += 1) {
      await desk.world.state.call('chat.postMessage', { channel: CHANNEL, text: `later ${i}` }, 'admin');
    }
    const again = await notifier.deliver(view({ needs: ['changed'] }), AGAIN);
    expect(again).toMatchObject({ ok: true, messageID: first.ok ? first.messageID : '' });
    expect(await posts(desk)).toBe(251);
  });

  it('is not taken for one that somebody else posted with its words and metadata', async () => {
    const { desk, notifier } = await setUp();
    const { text, blocks, metadata } = render(view());
    const lookAlike = await desk.world.state.call<{ ts: string }>(
      'chat.postMessage',
      { channel: CHANNEL, text, blocks, metadata },
      'admin',
    );
    const delivered = await notifier.deliver(view(), AGAIN);
    expect(delivered).toMatchObject({ ok: true });
    expect(delivered.ok && delivered.messageID).not.toBe(lookAlike.ts);
  });

  it('is not taken for one about an object that bore the name before', async () => {
    const { desk, notifier } = await setUp();
    await notifier.deliver(view(), FRESH);
    const anew = { ...VIEW.checkpoint, uid: 'uid-2' };
    await notifier.deliver(view({ checkpoint: anew }), AGAIN);
    expect(await posts(desk)).toBe(2);
  });

  it('is looked for among what is not older than the question', async () => {
    const { desk, notifier } = await setUp();
    const createdAt = '2026-11-23T11:00:00Z';
    await notifier.deliver(view({ createdAt }), AGAIN);
    const [{ args } = { args: {} }] = desk.callsOf('conversations.history');
    expect(Number((args as { oldest?: string }).oldest)).toBe(Date.parse(createdAt) / 1000 - 300);
  });
});

describe('a message', () => {
  it('is updated where it stands, and left alone where it shows the same', async () => {
    const { desk, notifier } = await setUp();
    const posted = await notifier.deliver(view(), FRESH);
    if (!posted.ok) throw new Error(posted.message);
    const { messageID, renderedHash } = posted;
    expect(posted.permalink).toContain(messageID.replace('.', ''));
    await notifier.deliver(view(), { messageID, renderedHash, ...FRESH });
    expect(desk.callsOf('chat.update')).toHaveLength(0);
    const end = view({ phase: 'Decided', decision: DECISION });
    expect(await notifier.deliver(end, { messageID, renderedHash, ...FRESH })).toMatchObject({
      ok: true,
    });
    const [message] = await desk.messages(CHANNEL);
    expect(JSON.stringify(message?.blocks)).toContain('too much');
  });

  it('that was deleted is not posted without a claim, and then says what it replaces', async () => {
    const { desk, notifier } = await setUp();
    const known = { messageID: '1795479148.000100', ...FRESH };
    expect(await notifier.deliver(view(), known)).toMatchObject({ ok: false, lost: true });
    expect(await posts(desk)).toBe(0);
    expect(await notifier.deliver(view(), { ...AGAIN, replaces: true })).toMatchObject({ ok: true });
    const [message] = await desk.messages(CHANNEL);
    expect(shown((message?.blocks ?? []) as never)).toContain('replaces a message that was deleted');
    const end = await notifier.deliver(view({ phase: 'Decided', decision: DECISION }), known);
    expect(end).toMatchObject({ ok: false, lost: true });
    expect(await posts(desk)).toBe(1);
  });

  it('is not posted once another process may have taken over', async () => {
    const { desk, notifier } = await setUp();
    const late = await notifier.deliver(view(), { searchFirst: true, mayPost: () => false });
    expect(late).toMatchObject({ ok: false, reason: 'SlackSlow' });
    expect(await posts(desk)).toBe(0);
  });

  it('that Slack finds too long is tried once more in a shorter form', async () => {
    const { desk, notifier } = await setUp();
    desk.faults.next('chat.postMessage', { error: 'msg_too_long' });
    expect(await notifier.deliver(view(), FRESH)).toMatchObject({ ok: true });
    desk.faults.next('chat.postMessage', { error: 'msg_too_long' }, 2);
    const refused = await notifier.deliver(view(), FRESH);
    expect(refused).toMatchObject({ ok: false, reason: 'SlackMessageTooLong' });
  });
});

it('nothing is posted by an app that a whole organisation installed, and that is said', async () => {
  const { desk, notifier } = await setUp({ enterprise: { id: 'E0ACME0001', orgWide: true } });
  const refused = await notifier.deliver(view(), FRESH);
  expect(refused).toMatchObject({ ok: false, reason: 'SlackInstalledOrgWide' });
  expect(!refused.ok && refused.message).toContain('Install it in one workspace');
  expect(await posts(desk)).toBe(0);
});

describe('a channel', () => {
  it('that is shared with another organisation gets nothing, unless that is allowed', async () => {
    const { desk, notifier } = await setUp();
    const refused = await notifier.deliver(view({ channel: SHARED }), FRESH);
    expect(refused).toMatchObject({ ok: false, reason: 'SlackChannelShared' });
    expect(!refused.ok && refused.message).toContain('--slack-shared-channels');
    expect(await posts(desk, SHARED)).toBe(0);
    const allowed = await setUp({ allowSharedChannels: true });
    const delivered = await allowed.notifier.deliver(view({ channel: SHARED }), FRESH);
    expect(delivered).toMatchObject({ ok: true });
  });

  it.each<[string, string, Fault | undefined, [string, string]]>([
    [
      'that the bot was not invited to',
      'C0UNINVITE',
      undefined,
      ['SlackNotInChannel', '/invite @approvalgate'],
    ],
    ['that there is not', 'C0NOTHING1', undefined, ['SlackChannelNotFound', 'does not exist']],
    ['that is archived', CHANNEL, { error: 'is_archived' }, ['SlackChannelArchived', 'Name another one']],
    [
      'for which a scope is missing',
      CHANNEL,
      { error: 'missing_scope', needed: 'chat:write' },
      ['SlackMissingScope', 'Missing: chat:write'],
    ],
    ['by a token that is none', CHANNEL, { error: 'invalid_auth' }, ['SlackAuthFailed', 'SLACK_BOT_TOKEN']],
    ['while Slack asks to wait', CHANNEL, { status: 429, retryAfter: 7 }, ['SlackRateLimited', 'wait']],
    ['while Slack fails', CHANNEL, { status: 500 }, ['SlackUnavailable', 'HTTP 500']],
  ])('%s is a failure with its cause and cure', async (_, channel, fault, [reason, words]) => {
    const { desk, notifier } = await setUp();
    if (fault) desk.faults.next('chat.postMessage', fault);
    const failed = await notifier.deliver(view({ channel }), FRESH);
    expect(failed).toMatchObject({ ok: false, reason });
    expect(!failed.ok && failed.message).toContain(words);
    expect(await notifier.deliver(view(), FRESH)).toMatchObject({ ok: true });
  });
});
