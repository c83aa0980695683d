import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { ask, CHANNEL, client, desk, MIA, REASON_MODAL } from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

const post = (at: RunningSlackDesk, blocks: KnownBlock[]) =>
  client(at).chat.postMessage({ channel: CHANNEL, text: 'Refund?', blocks });
const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('Slack’s own limits', () => {
  const button = (text: string, value: string): KnownBlock => ({
    type: 'actions',
    elements: [{ type: 'button', action_id: 'a', value, text: { type: 'plain_text', text } }],
  });

  test.each<[string, KnownBlock[], string]>([
    ['a section over 3000 characters', [section('x'.repeat(3001))], '/blocks/0/text/text'],
    ['an empty text', [section('')], '/blocks/0/text/text'],
    ['a button text over 75', [button('x'.repeat(76), 'v')], '/blocks/0/elements/0/text/text'],
    ['a button value over 2000', [button('x', 'v'.repeat(2001))], '/blocks/0/elements/0/value'],
    ['more than 50 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks]'],
    [
      'a field over 2000',
      [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'x'.repeat(2001) }] }],
      '/blocks/0/fields/0/text',
    ],
  ])('refuse %s and say where', async (_, blocks, pointer) => {
    const at = await desk();
    await expect(post(at, blocks)).rejects.toMatchObject({
      data: { error: 'invalid_blocks', response_metadata: { messages: [expect.stringContaining(pointer)] } },
    });
    expect(await at.messages(CHANNEL)).toEqual([]);
  });

  test('refuse a message whose blocks hold too much in all, and accept one below', async () => {
    const at = await desk();
    const blocks = (size: number) => Array.from({ length: 5 }, () => section('x'.repeat(size)));
    await expect(post(at, blocks(2700))).rejects.toMatchObject({ data: { error: 'msg_blocks_too_long' } });
    expect((await post(at, blocks(2600))).ok).toBe(true);
  });

  test('refuse an update with a text over 4000, and a modal with a long title', async () => {
    const at = await desk();
    const ts = await ask(at);
    await expect(
      client(at).chat.update({ channel: CHANNEL, ts, text: 'x'.repeat(4001) }),
    ).rejects.toMatchObject({ data: { error: 'msg_too_long' } });
    const payload = await at.person(MIA).clickPayload(ts, 'deny');
    const view = { ...REASON_MODAL, title: { type: 'plain_text' as const, text: 'x'.repeat(25) } };
    await expect(
      client(at).views.open({ trigger_id: String(payload['trigger_id']), view }),
    ).rejects.toMatchObject({ data: { error: 'invalid_arguments' } });
  });
});
