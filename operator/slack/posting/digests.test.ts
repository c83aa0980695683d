import { expect, it } from 'vitest';
import { CHANNEL, notifierWithDesk } from '../../../test/support/slack-notifier.ts';
import { DIGEST_EVENT_TYPE, renderDigest } from '../render/digest.ts';

const VIEW = {
  channel: CHANNEL,
  headline: '30 requests wait for this channel',
  lines: ['By namespace: shop 30.'],
};

async function setUp() {
  const { desk, notifier } = await notifierWithDesk();
  return { desk, digests: notifier.digests };
}

const recent = (): Date => new Date(Date.now() - 60_000);

it('whose answer was lost is found by its metadata and updated in place', async () => {
  const { desk, digests } = await setUp();
  desk.faults.next('chat.postMessage', { acceptThenReset: true });
  expect(await digests.post(VIEW)).toMatchObject({ ok: false, inDoubt: true });
  const [message] = await desk.messages(CHANNEL);
  expect(await digests.search(CHANNEL, recent())).toEqual({ ok: true, messageID: message?.ts });
  await digests.update({ ...VIEW, headline: 'another' }, message?.ts ?? '');
  const after = await desk.messages(CHANNEL);
  expect(after).toHaveLength(1);
  expect(JSON.stringify(after)).toContain('another');
});

it('is not taken for one that somebody else posted with its words and metadata', async () => {
  const { desk, digests } = await setUp();
  const metadata = { event_type: DIGEST_EVENT_TYPE, event_payload: {} };
  const copy = { channel: CHANNEL, ...renderDigest(VIEW), metadata };
  await desk.world.state.call('chat.postMessage', copy, 'admin');
  expect(await digests.search(CHANNEL, recent())).toEqual({ ok: true });
});

it('that was deleted is lost', async () => {
  const { desk, digests } = await setUp();
  desk.faults.next('chat.update', { error: 'message_not_found' });
  expect(await digests.update(VIEW, '1.1')).toMatchObject({ ok: false, lost: true });
});

it('is plain text that mentions nobody, whatever it is given', () => {
  const { text, blocks } = renderDigest({
    channel: CHANNEL,
    headline: '<!channel> *x*\u202E',
    lines: ['<@U0MIA00001> <https://evil.example|x>\nline'],
  });
  expect(text).not.toMatch(/<|\u202E/);
  const texts = blocks.flatMap((block) => JSON.stringify(block).match(/"type":"(mrkdwn|plain_text)"/g) ?? []);
  expect(new Set(texts)).toEqual(new Set(['"type":"plain_text"']));
  expect(JSON.stringify(blocks)).not.toContain('\u202E');
});
