import { describe, expect, it } from 'vitest';
import { CHANNEL, notifierWithDesk } from '../../../test/support/slack-notifier.ts';
import { DECISION, VIEW } from '../../../test/support/views.ts';
import { registry } from '../../metrics.ts';
import { contentHash } from './content-hash.ts';

const NEW = { replaces: false };

async function changes(): Promise<number> {
  const metric = await registry.getSingleMetric('approvalgate_slack_changed_total')?.get();
  return metric?.values.find(({ labels }) => labels['place'] === 'Message')?.value ?? 0;
}

describe('the form in which Slack keeps a message', () => {
  it('is not recorded where it reads as it was written', async () => {
    const { notifier } = await notifierWithDesk();
    const before = await changes();
    const posted = await notifier.post({ ...VIEW, needs: ['1 approval by 🔥 Acme™ <b>'] }, NEW);
    expect(posted).toMatchObject({ ok: true });
    expect(posted).not.toHaveProperty('storedHash');
    expect(await changes()).toBe(before);
  });

  it('is recorded and counted where it does not, at the post and at each update', async () => {
    const { desk, notifier } = await notifierWithDesk();
    const before = await changes();
    desk.world.state.unforeseen = (block) => ({ ...block, beautiful: true });
    const posted = await notifier.post(VIEW, NEW);
    if (!posted.ok) throw new Error(posted.message);
    const stored = async () => contentHash((await desk.messages(CHANNEL))[0]?.blocks ?? []);
    expect(posted.storedHash).toBe(await stored());
    expect(await changes()).toBe(before + 1);
    const { messageID } = posted;
    const end = await notifier.update({ ...VIEW, phase: 'Decided', decision: DECISION }, messageID);
    expect(end).toMatchObject({ ok: true, storedHash: await stored() });
    desk.world.state.unforeseen = (block) => block;
    expect(await notifier.update({ ...VIEW, needs: [] }, messageID)).not.toHaveProperty('storedHash');
  });
});
