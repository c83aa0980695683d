import { expect, test, vi } from 'vitest';
import { ask, CHANNEL, client, desk, MIA, QUESTION, REASON_MODAL, socketApp } from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

/** Mia has the reason modal open. */
async function withModal(at: RunningSlackDesk): Promise<RunningSlackDesk> {
  const payload = await at.person(MIA).clickPayload(await ask(at), 'deny');
  await client(at).views.open({ trigger_id: String(payload['trigger_id']), view: REASON_MODAL });
  return at;
}

function openModal(at: RunningSlackDesk) {
  const view = at.openView(MIA);
  if (view === undefined) throw new Error('no modal is open');
  return view;
}

test('a submission closes its modal, and a person can close one too', async () => {
  const at = await desk();
  const app = await socketApp(at);
  app.view('reason', ({ ack }) => ack());
  expect((await withModal(at)).openView(MIA)).toBeDefined();
  at.person(MIA).cancel();
  expect(at.openView(MIA)).toBeUndefined();
  await at.person(MIA).submit(openModal(await withModal(at)), { why: 'because' });
  expect(at.openView(MIA)).toBeUndefined();
});

test('an update without blocks takes the buttons away; an old screen still shows them', async () => {
  const at = await desk();
  const app = await socketApp(at);
  const seen = vi.fn();
  app.action('approve', async ({ ack, body }) => {
    seen(body);
    await ack();
  });
  const ts = await ask(at);
  const [before] = await at.messages(CHANNEL);
  await client(at).chat.update({ channel: CHANNEL, ts, text: 'Approved' });
  await expect(at.person(MIA).click(ts, 'approve')).rejects.toThrow('has no button');
  if (before === undefined) throw new Error('nothing was posted');
  expect((await at.person(MIA).click(before, 'approve')).acked).toBe(true);
  expect(seen.mock.lastCall?.[0]).toMatchObject({ message: { blocks: QUESTION } });
});

test('a message is looked for in its channel alone, where that is known', async () => {
  const at = await desk();
  const ts = await ask(at);
  const read = vi.spyOn(at.world, 'messages');
  await at.person(MIA).clickPayload(ts, 'approve', CHANNEL);
  expect(read.mock.calls).toEqual([[CHANNEL]]);
  await expect(at.person(MIA).clickPayload(ts, 'approve', 'C0ELSEWHERE')).rejects.toThrow('no message');
  expect(read).toHaveBeenCalledTimes(1);
});

test('a message that is not there cannot be clicked', async () => {
  const at = await desk();
  await expect(at.person(MIA).click('1.000001', 'approve')).rejects.toThrow('no message 1.000001');
  expect(() => at.person('U0NOBODY01')).toThrow('U0NOBODY01 is not on this desk');
});

async function responseUrl(at: RunningSlackDesk): Promise<(body: object) => Promise<number>> {
  const payload = await at.person(MIA).clickPayload(await ask(at), 'approve');
  return async (body) => {
    const headers = { 'content-type': 'application/json' };
    const url = String(payload['response_url']);
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
}

test('a response_url answers privately, replaces the message, or takes it away, five times', async () => {
  const at = await desk();
  const respond = await responseUrl(at);
  expect(await respond({ text: 'only you' })).toBe(200);
  expect(at.ephemerals(MIA)).toMatchObject([{ channel: CHANNEL, text: 'only you' }]);
  await respond({ text: 'for all', response_type: 'in_channel' });
  await respond({ text: 'replaced', replace_original: true });
  expect(await at.messages(CHANNEL)).toMatchObject([{ text: 'replaced' }, { text: 'for all' }]);
  await respond({ delete_original: true });
  expect(await at.messages(CHANNEL)).toMatchObject([{ text: 'for all' }]);
  await respond({ text: 'fifth' });
  expect(await respond({ text: 'sixth' })).toBe(404);
});

test('a button of an ephemeral message is clicked without the message in the payload', async () => {
  const at = await desk();
  await client(at).chat.postEphemeral({ channel: CHANNEL, user: MIA, text: 'Sure?', blocks: QUESTION });
  const [whisper] = at.ephemerals(MIA);
  const payload = await at.person(MIA).clickPayload(String(whisper?.ts), 'approve');
  expect(payload).toMatchObject({ container: { is_ephemeral: true }, channel: { id: CHANNEL } });
  expect(payload).not.toHaveProperty('message');
});
