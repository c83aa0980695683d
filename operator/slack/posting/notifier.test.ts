import { describe, expect, it } from 'vitest';
import { CHANNEL, notifierWithDesk } from '../../../test/support/slack-notifier.ts';
import { DECISION, shown, VIEW } from '../../../test/support/views.ts';
import type { Fault } from '../../../tools/slack-desk/faults.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import type { MessageView } from '../../messages/message.ts';
import { render } from '../render/render.ts';
import type { SlackNotifier } from './notifier.ts';

const SHARED = 'C0SHARED01';

const CHANNELS = [
  { id: CHANNEL, name: 'approvals' },
  { id: SHARED, name: 'partners', is_ext_shared: true },
  { id: 'C0UNINVITE', name: 'elsewhere', botIsMember: false },
];
const setUp = (options: Parameters<typeof notifierWithDesk>[0] = {}) =>
  notifierWithDesk({ channels: CHANNELS, ...options });

/** Asked just now, so that what is posted in this test is not older. */
const view = (change: Partial<MessageView> = {}): MessageView => ({
  ...VIEW,
  channel: CHANNEL,
  createdAt: new Date().toISOString(),
  ...change,
});

const posts = async (desk: RunningSlackDesk, channel = CHANNEL) => (await desk.messages(channel)).length;

/** The message that a view has in its channel. @throws Error where it has none. */
async function posted(notifier: SlackNotifier, of = view(), replaces = false): Promise<string> {
  const delivery = await notifier.post(of, { replaces });
  if (!delivery.ok) throw new Error(delivery.message);
  return delivery.messageID;
}

const now = (): Date => new Date();

describe('a message that may have been posted before', () => {
  it('is found behind hundreds of later ones', async () => {
    const { desk, notifier } = await setUp();
    const messageID = await posted(notifier);
    for (let i = 0; i < 250; i += 1) {
      await desk.world.state.call('chat.postMessage', { channel: CHANNEL, text: `later ${i}` }, 'admin');
    }
    expect(await notifier.search(view({ needs: ['changed'] }), now())).toEqual({ ok: true, messageID });
  });

  it('is not taken for one that somebody else posted with its words and metadata', async () => {
    const { desk, notifier } = await setUp();
    const { text, blocks, metadata } = render(view());
    const copy = { channel: CHANNEL, text, blocks, metadata };
    await desk.world.state.call('chat.postMessage', copy, 'admin');
    expect(await notifier.search(view(), now())).toEqual({ ok: true });
  });

  it('is not taken for one about an object that bore the name before', async () => {
    const { notifier } = await setUp();
    await posted(notifier);
    const anew = { ...VIEW.checkpoint, uid: 'uid-2' };
    expect(await notifier.search(view({ checkpoint: anew }), now())).toEqual({ ok: true });
  });

  it('is looked for among what is not older than the question', async () => {
    const { desk, notifier } = await setUp();
    const createdAt = '2026-11-23T11:00:00Z';
    await notifier.search(view({ createdAt }), now());
    const [{ args } = { args: {} }] = desk.callsOf('conversations.history');
    expect(Number((args as { oldest?: string }).oldest)).toBe(Date.parse(createdAt) / 1000 - 300);
  });

  it('is found by one reading with all others that ask for nothing newer, and by a new one where they do', async () => {
    const { desk, notifier } = await setUp();
    const asked = now();
    const views = Array.from({ length: 40 }, (_, i) =>
      view({ checkpoint: { ...VIEW.checkpoint, uid: `uid-${i}` } }),
    );
    const messageID = await posted(notifier, views[7]);
    const found = await Promise.all(views.map((each) => notifier.search(each, asked)));
    expect(found.map((each) => each.ok && each.messageID)).toEqual(
      views.map((_, i) => (i === 7 ? messageID : undefined)),
    );
    expect(desk.callsOf('conversations.history')).toHaveLength(1);
    await notifier.search(view(), new Date(Date.now() + 1));
    expect(desk.callsOf('conversations.history')).toHaveLength(2);
  });

  it('is looked for again where the history could not be read, and nothing is wrong where Slack asks to wait', async () => {
    const { desk, notifier } = await setUp();
    const asked = now();
    const messageID = await posted(notifier);
    desk.faults.next('conversations.history', { status: 429, retryAfter: 1 });
    expect(await notifier.search(view(), asked)).toMatchObject({ ok: false, tooEarly: true });
    const other = (await setUp()).notifier;
    expect(await other.search(view(), asked)).toEqual({ ok: true });
    await expect.poll(() => notifier.search(view(), asked)).toEqual({ ok: true, messageID });
  });
});

describe('a message', () => {
  it('is updated where it stands, and has a link', async () => {
    const { desk, notifier } = await setUp();
    const messageID = await posted(notifier);
    expect(await notifier.permalink(CHANNEL, messageID)).toContain(messageID.replace('.', ''));
    const end = view({ phase: 'Decided', decision: DECISION });
    expect(await notifier.update(end, messageID)).toEqual({
      ok: true,
      messageID,
      renderedHash: notifier.hashOf(end),
    });
    expect(notifier.hashOf(end)).not.toBe(notifier.hashOf(view()));
    const [message] = await desk.messages(CHANNEL);
    expect(JSON.stringify(message?.blocks)).toContain('too much');
  });

  it('that was deleted is lost, and another says that it replaces it', async () => {
    const { desk, notifier } = await setUp();
    const gone = '1795479148.000100';
    expect(await notifier.update(view(), gone)).toMatchObject({ ok: false, lost: true });
    expect(await posts(desk)).toBe(0);
    await posted(notifier, view(), true);
    const [message] = await desk.messages(CHANNEL);
    expect(shown((message?.blocks ?? []) as never)).toContain('replaces a message that was deleted');
    const end = view({ phase: 'Decided', decision: DECISION });
    expect(await notifier.update(end, gone)).toMatchObject({ ok: false, lost: true });
  });

  it('that Slack finds too long is tried once more in a shorter form', async () => {
    const { desk, notifier } = await setUp();
    desk.faults.next('chat.postMessage', { error: 'msg_too_long' });
    await posted(notifier);
    desk.faults.next('chat.postMessage', { error: 'msg_too_long' }, 2);
    const refused = await notifier.post(view(), { replaces: false });
    expect(refused).toMatchObject({ ok: false, reason: 'SlackMessageTooLong' });
    expect(refused).not.toHaveProperty('inDoubt');
  });

  it.each<[string, Fault, string, boolean]>([
    ['no time stamp', { answer: { ok: true } }, 'SlackAnswerUnusable', true],
    ['a time stamp of another type', { answer: { ok: true, ts: 17 } }, 'SlackAnswerUnusable', true],
    ['an empty time stamp', { answer: { ok: true, ts: '' } }, 'SlackAnswerUnusable', true],
    ['a page', { html: true }, 'SlackRefused', true],
    ['an error of its own', { error: 'internal_error' }, 'SlackRefused', true],
    ['HTTP 500', { status: 500 }, 'SlackUnavailable', true],
    ['nothing', { acceptThenReset: true }, 'SlackUnreachable', true],
    ['a refusal', { error: 'restricted_action' }, 'SlackForbidden', false],
    ['a wish to wait', { status: 429, retryAfter: 3 }, 'SlackRateLimited', false],
  ])(
    'that Slack answers with %s is a failure that tells whether it may be there',
    async (_, fault, reason, doubt) => {
      const { desk, notifier } = await setUp();
      desk.faults.next('chat.postMessage', fault);
      const failed = await notifier.post(view(), { replaces: false });
      expect(failed).toMatchObject({ ok: false, reason });
      expect('inDoubt' in failed).toBe(doubt);
    },
  );
});

it('nothing is posted by an app that a whole organisation installed, and that is said', async () => {
  const { desk, notifier } = await setUp({ enterprise: { id: 'E0ACME0001', orgWide: true } });
  const refused = await notifier.problemOf(CHANNEL);
  expect(refused).toMatchObject({ ok: false, reason: 'SlackInstalledOrgWide' });
  expect(refused?.message).toContain('Install it in one workspace');
  expect(desk.callsOf('chat.postMessage')).toHaveLength(0);
});

describe('a channel', () => {
  it('that is shared with another organisation gets nothing, unless that is allowed', async () => {
    const { notifier } = await setUp();
    expect(await notifier.problemOf(CHANNEL)).toBeUndefined();
    const refused = await notifier.problemOf(SHARED);
    expect(refused).toMatchObject({ ok: false, reason: 'SlackChannelShared' });
    expect(refused?.message).toContain('--slack-shared-channels');
    const allowed = await setUp({ allowSharedChannels: true });
    expect(await allowed.notifier.problemOf(SHARED)).toBeUndefined();
  });

  it('is asked about once for all that wait for it, whether it is right or wrong', async () => {
    const { desk, notifier } = await setUp();
    const ask = (channel: string) =>
      Promise.all(Array.from({ length: 20 }, () => notifier.problemOf(channel)));
    expect(new Set(await ask(CHANNEL)).size).toBe(1);
    expect(new Set(await ask('C0UNINVITE')).size).toBe(1);
    await ask('C0UNINVITE');
    expect(desk.callsOf('conversations.info')).toHaveLength(2);
  });

  it('is asked about again once a post was refused there', async () => {
    const { desk, notifier } = await setUp();
    expect(await notifier.problemOf(CHANNEL)).toBeUndefined();
    desk.faults.next('chat.postMessage', { error: 'is_archived' });
    expect(await notifier.post(view(), { replaces: false })).toMatchObject({
      reason: 'SlackChannelArchived',
    });
    await notifier.problemOf(CHANNEL);
    expect(desk.callsOf('conversations.info')).toHaveLength(2);
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
      { error: 'missing_scope', needed: 'channels:read' },
      ['SlackMissingScope', 'Missing: channels:read'],
    ],
    ['by a token that is none', CHANNEL, { error: 'invalid_auth' }, ['SlackAuthFailed', 'SLACK_BOT_TOKEN']],
    ['while Slack fails', CHANNEL, { status: 500 }, ['SlackUnavailable', 'HTTP 500']],
  ])('%s is found out without a post, with cause and cure', async (_, channel, fault, [reason, words]) => {
    const { desk, notifier } = await setUp();
    if (fault) desk.faults.next('conversations.info', fault);
    const problem = await notifier.problemOf(channel);
    expect(problem).toMatchObject({ ok: false, reason });
    expect(problem?.message).toContain(words);
    expect(desk.callsOf('chat.postMessage')).toHaveLength(0);
  });
});
