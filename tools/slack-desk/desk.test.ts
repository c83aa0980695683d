import type { App } from '@slack/bolt';
import { describe, expect, test, vi } from 'vitest';
import { DESK_APP, DESK_TEAM } from './desk.ts';
import { ask, CHANNEL, client, desk, httpApp, MIA, REASON_MODAL, socketApp } from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

/** An app that asks for a reason and writes it into the message. */
function denyingApp(app: App): void {
  app.action('deny', async ({ ack, body, client: web }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const view = { ...REASON_MODAL, private_metadata: String(body.message?.['ts']) };
    await web.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('reason', async ({ ack, view, client: web }) => {
    const reason = view.state.values['why']?.['text']?.value;
    await ack();
    await web.chat.update({ channel: CHANNEL, ts: view.private_metadata, text: `Denied: ${reason}` });
  });
}

async function openModal(at: RunningSlackDesk) {
  await expect.poll(() => at.openView(MIA)?.callback_id).toBe('reason');
  const view = at.openView(MIA);
  if (view === undefined) throw new Error('no modal is open');
  return view;
}

describe.each([
  ['Socket Mode', 'socket', socketApp],
  ['signed HTTP', 'http', httpApp],
] as const)('a Bolt app by %s', (_, transport, start) => {
  test('goes from a click by a modal to the updated message', async () => {
    const at = await desk({ transport });
    denyingApp(await start(at));
    const mia = at.person(MIA);
    expect(await mia.click(await ask(at), 'deny')).toMatchObject({ delivered: true, acked: true });
    const view = await openModal(at);
    expect(await mia.submit(view)).toMatchObject({
      delivered: false,
      errors: { why: 'Please complete this required field.' },
    });
    expect(at.viewErrors(MIA)).toEqual({ why: 'Please complete this required field.' });
    expect((await mia.submit(view, { why: 'too much' })).acked).toBe(true);
    expect(at.openView(MIA)).toBeUndefined();
    await expect
      .poll(() => at.messages(CHANNEL))
      .toMatchObject([{ text: 'Denied: too much', user: DESK_APP.userId }]);
    expect((await at.messages(CHANNEL))[0]?.blocks).toBeUndefined();
  });

  test('shows a click in the shape that Slack sends', async () => {
    const at = await desk({ transport });
    const app = await start(at);
    const seen = vi.fn();
    app.action('approve', async ({ ack, body }) => {
      seen(body);
      await ack();
    });
    const ts = await ask(at);
    await at.person(MIA).click(ts, 'approve');
    expect(seen.mock.lastCall?.[0]).toMatchObject({
      type: 'block_actions',
      api_app_id: DESK_APP.id,
      team: { id: DESK_TEAM, domain: 'approvalgate' },
      user: { id: MIA, username: 'mia', team_id: DESK_TEAM },
      container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
      channel: { id: CHANNEL, name: 'approvals' },
      message: { ts, user: DESK_APP.userId, bot_id: DESK_APP.botId },
      actions: [{ action_id: 'approve', block_id: 'decide', value: 'v1', type: 'button' }],
      trigger_id: expect.any(String),
      response_url: expect.stringContaining(at.url),
    });
  });

  test('leaves a click unacknowledged that no listener acknowledges', async () => {
    const at = await desk({ transport });
    const app = await start(at);
    app.action('approve', async () => undefined);
    expect(await at.person(MIA).click(await ask(at), 'approve')).toMatchObject({
      delivered: true,
      acked: false,
    });
  });
});

describe('signed requests', () => {
  async function signing() {
    const at = await desk({ transport: 'http' });
    const app = await httpApp(at);
    const listener = vi.fn(async ({ ack }: { ack: () => Promise<void> }) => ack());
    app.action('approve', listener);
    const payload = await at.person(MIA).clickPayload(await ask(at), 'approve');
    return { at, listener, payload };
  }

  test('are refused by Bolt with a wrong secret, a wrong signature or an old time stamp', async () => {
    const { at, listener, payload } = await signing();
    const old = Math.floor(Date.now() / 1000) - 360;
    for (const forgery of [{ secret: 'guessed' }, { signature: 'v0=00' }, { timestamp: old }]) {
      expect(await at.send(payload, forgery)).toMatchObject({ status: 401, acked: false });
    }
    expect(listener).not.toHaveBeenCalled();
  });

  test('can be replayed byte for byte, and can come from the future', async () => {
    const { at, listener, payload } = await signing();
    const first = await at.send(payload, { timestamp: Math.floor(Date.now() / 1000) + 200 });
    const second = await first.replay?.();
    expect([first.status, second?.status]).toEqual([200, 200]);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  test('reach nobody when nothing listens', async () => {
    const at = await desk({ transport: 'http', requestUrl: 'http://127.0.0.1:9/' });
    expect(await at.person(MIA).click(await ask(at), 'approve')).toMatchObject({
      delivered: false,
      acked: false,
    });
  });
});

describe('Socket Mode', () => {
  test('hands each payload to one of several sockets', async () => {
    const at = await desk();
    const served = [0, 0];
    for (const index of [0, 1]) {
      const app = await socketApp(at);
      app.action('approve', async ({ ack }) => {
        served[index] = (served[index] ?? 0) + 1;
        await ack();
      });
    }
    await at.sockets.untilOpen(2);
    const ts = await ask(at);
    for (let click = 0; click < 4; click += 1) await at.person(MIA).click(ts, 'approve');
    expect(served).toEqual([2, 2]);
  });

  test.each(['refresh_requested', 'link_disabled'] as const)(
    'closes on %s; Bolt comes back',
    async (reason) => {
      const at = await desk();
      const app = await socketApp(at);
      app.action('approve', async ({ ack }) => ack());
      const ts = await ask(at);
      at.faults.next('apps.connections.open', { error: 'internal_error' }, 1_000);
      at.sockets.disconnect(reason);
      await expect.poll(() => at.sockets.open).toBe(0);
      expect(await at.person(MIA).click(ts, 'approve')).toMatchObject({ delivered: false });
      at.faults.clear();
      await at.sockets.untilOpen();
      expect(await at.person(MIA).click(ts, 'approve')).toMatchObject({ acked: true });
    },
  );

  test('refuses a wrong app token, a bot token, and a used ticket', async () => {
    const at = await desk();
    await expect(socketApp(at, 'xapp-wrong')).rejects.toThrow('invalid_auth');
    await expect(client(at).apps.connections.open({})).rejects.toThrow('not_allowed_token_type');
    const { url } = await client(at, 'xapp-1').apps.connections.open({});
    const socket = new WebSocket(String(url));
    await at.sockets.untilOpen();
    const again = new WebSocket(String(url));
    await new Promise((resolve) => again.addEventListener('error', resolve));
    expect(at.sockets.open).toBe(1);
    socket.close();
  });
});
