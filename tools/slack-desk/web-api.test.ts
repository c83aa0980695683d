import { afterEach, describe, expect, test, vi } from 'vitest';
import { DESK_APP, DESK_TEAM } from './desk.ts';
import {
  ask,
  CHANNEL,
  client,
  desk,
  GUEST,
  MIA,
  QUESTION,
  REASON_MODAL,
  SECRET,
  UNINVITED,
} from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

const post = (at: RunningSlackDesk, channel: string) =>
  client(at).chat.postMessage({ channel, text: 'Refund?', blocks: QUESTION });

afterEach(() => {
  vi.useRealTimers();
});

describe('the Web API, by its own client', () => {
  test('knows the app by its token and nobody by another', async () => {
    const at = await desk();
    expect(await client(at).auth.test()).toMatchObject({
      user_id: DESK_APP.userId,
      bot_id: DESK_APP.botId,
      team_id: DESK_TEAM,
    });
    await expect(client(at, 'xoxb-other').auth.test()).rejects.toMatchObject({
      data: { error: 'invalid_auth' },
    });
    await expect(client(at, '').auth.test()).rejects.toMatchObject({ data: { error: 'not_authed' } });
  });

  test('finds a message again by its metadata, which are whole only when asked for', async () => {
    const at = await desk();
    const metadata = { event_type: 'checkpoint', event_payload: { uid: 'u-1' } };
    const { ts } = await client(at).chat.postMessage({ channel: CHANNEL, text: 'a', metadata });
    await ask(at);
    const plain = await client(at).conversations.history({ channel: CHANNEL });
    expect(plain.messages?.map((message) => message.metadata)).toEqual([
      undefined,
      { event_type: 'checkpoint' },
    ]);
    const whole = await client(at).conversations.history({ channel: CHANNEL, include_all_metadata: true });
    expect(whole.messages?.[1]).toMatchObject({ ts, metadata, bot_id: DESK_APP.botId });
  });

  test('keeps history within oldest and latest, page by page', async () => {
    const at = await desk();
    const stamps = [await ask(at), await ask(at), await ask(at)];
    const [first = '', second = '', third = ''] = stamps;
    const history = async (args: object) =>
      (await client(at).conversations.history({ channel: CHANNEL, ...args })).messages?.map(({ ts }) => ts);
    expect(await history({ oldest: first })).toEqual([third, second]);
    expect(await history({ oldest: first, latest: third })).toEqual([second]);
    expect(await history({ oldest: second, inclusive: true })).toEqual([third, second]);
    const page = await client(at).conversations.history({ channel: CHANNEL, limit: 2 });
    expect(page.has_more).toBe(true);
    expect(await history({ limit: 2, cursor: page.response_metadata?.next_cursor })).toEqual([first]);
  });

  test('tells who is a guest, deactivated, or of another team, and which channel is shared', async () => {
    const at = await desk();
    const web = client(at);
    expect((await web.users.info({ user: GUEST })).user).toMatchObject({ id: GUEST, is_restricted: true });
    at.setUser(MIA, { deleted: true, team_id: 'T0OTHER' });
    expect((await web.users.info({ user: MIA })).user).toMatchObject({ deleted: true, team_id: 'T0OTHER' });
    expect((await web.conversations.info({ channel: CHANNEL })).channel).toMatchObject({
      is_ext_shared: true,
    });
    at.setChannel(CHANNEL, { is_ext_shared: false });
    expect((await web.conversations.info({ channel: CHANNEL })).channel).toMatchObject({
      is_ext_shared: false,
    });
  });

  test('posts only where the app was invited', async () => {
    const at = await desk();
    await expect(post(at, UNINVITED)).rejects.toMatchObject({ data: { error: 'not_in_channel' } });
    await expect(post(at, SECRET)).rejects.toMatchObject({ data: { error: 'channel_not_found' } });
    await expect(post(at, 'C0NOWHERE1')).rejects.toMatchObject({
      data: { error: 'channel_not_found' },
    });
    await at.admin('conversations.invite', { channel: UNINVITED, users: DESK_APP.userId });
    await at.admin('conversations.invite', { channel: SECRET, users: DESK_APP.userId });
    expect((await post(at, UNINVITED)).ok).toBe(true);
    expect((await post(at, SECRET)).ok).toBe(true);
  });

  test('shows an ephemeral message to its reader alone, who must be in the channel', async () => {
    const at = await desk();
    const whisper = (user: string) => client(at).chat.postEphemeral({ channel: CHANNEL, user, text: 'psst' });
    await whisper(MIA);
    expect(at.ephemerals(MIA)).toMatchObject([{ channel: CHANNEL, text: 'psst' }]);
    expect(at.ephemerals(GUEST)).toEqual([]);
    expect(await at.messages(CHANNEL)).toEqual([]);
    await expect(whisper(GUEST)).rejects.toMatchObject({ data: { error: 'user_not_in_channel' } });
  });

  test('gives permalinks that open the page at the message', async () => {
    const at = await desk();
    const ts = await ask(at);
    const { permalink } = await client(at).chat.getPermalink({ channel: CHANNEL, message_ts: ts });
    const answer = await fetch(String(permalink), { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/?channel=${CHANNEL}#m-${ts}`);
  });

  test('opens a modal by a trigger of a click, once, within three seconds', async () => {
    const at = await desk();
    const ts = await ask(at);
    const trigger = async () => String((await at.person(MIA).clickPayload(ts, 'deny'))['trigger_id']);
    const openWith = (trigger_id: string) => client(at).views.open({ trigger_id, view: REASON_MODAL });
    const used = await trigger();
    await openWith(used);
    expect(at.openView(MIA)).toMatchObject({ callback_id: 'reason' });
    await expect(openWith(used)).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
    const late = await trigger();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 4000 });
    await expect(openWith(late)).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
  });

  test('updates an open modal, unless its hash is an old one', async () => {
    const at = await desk();
    const payload = await at.person(MIA).clickPayload(await ask(at), 'deny');
    const web = client(at);
    const { view } = await web.views.open({ trigger_id: String(payload['trigger_id']), view: REASON_MODAL });
    const update = () =>
      web.views.update({
        view_id: String(view?.id),
        hash: String(view?.hash),
        view: { ...REASON_MODAL, callback_id: 'second' },
      });
    await update();
    expect(at.openView(MIA)?.callback_id).toBe('second');
    await expect(update()).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
  });
});
