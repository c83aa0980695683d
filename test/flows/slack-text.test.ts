import { afterEach, describe, expect, it } from 'vitest';
import { replyTo, SHOWN_INSTEAD } from '../../operator/slack/interactions/replies.ts';
import { CHANNEL, MIA, TOM } from '../../tools/environment/environment.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const APPROVE = 'approvalgate_approve';
const environment = withEnvironment({ transport: 'http', channel: CHANNEL });
const desk = () => environment().product.desk;

describe('what people write, on its way through Slack', () => {
  it.each([
    'LGTM 👍',
    'ok © ™ ☎ ✔',
    'see https://example.com & ask a@example.com',
    '*_~`<!here>`~_*',
    '+41 44 123 45 67',
  ])(
    'a first approval with the reason “%s” leaves the second one possible in the message',
    async (reason) => {
      const ns = await environment().namespace();
      await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
      const asked = await ns.ask();
      const { ts } = await ns.posted(asked);
      const reviewed = await ns.review(await environment().controlPlane.person('tom'), asked, 'Approve', {
        reason,
      });
      expect(reviewed.stderr).toBe('');
      await eventually('the message shows the first approval', async () =>
        JSON.stringify((await ns.inSlack(CHANNEL, ts)).blocks).includes('1 so far') ? true : undefined,
      );
      await ns.message(asked, 'Sent');
      await desk().person(MIA).click(ts, APPROVE);
      const { decision } = (await ns.decided(asked)).status ?? {};
      expect(decision).toMatchObject({ outcome: 'Approved', reason: 'PersonApproved' });
    },
  );

  it('a group with a sign of Slack’s emoji table leaves the approval possible in the message', async () => {
    const ns = await environment().namespace();
    const approval = { groups: ['Acme™ 🔥oncall'], minApprovals: 1 };
    await ns.rule('group', { decision: 'RequireApproval', approval });
    const asked = await ns.ask({
      agent: 'A & B <bot> 🤖',
      summary: 'Ship 🚀 ©',
      context: { 'a&b': '<x> 👍' },
    });
    const { ts } = await ns.posted(asked);
    const before = desk().ephemerals(TOM).length;
    await desk().person(TOM).click(ts, APPROVE);
    const said = await eventually('the click is answered', () => desk().ephemerals(TOM)[before]?.text);
    expect(said).toBe(replyTo({ outcome: 'Recorded' }, 'Approve').text);
  });
});

describe('a form of Slack’s that nobody foresaw', () => {
  afterEach(async () => {
    desk().world.state.unforeseen = (block) => block;
    while (desk().openView(MIA)) await desk().person(MIA).cancel();
  });

  it('is known from Slack’s answer, so that an approval in the message counts', async () => {
    const ns = await environment().namespace();
    desk().world.state.unforeseen = (block) => ({ ...block, beautiful: true });
    const asked = await ns.ask();
    const { ts } = await ns.posted(asked);
    await desk().person(MIA).click(ts, APPROVE);
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('PersonApproved');
  });

  it('is known from Slack’s answer, so that an approval in the window counts', async () => {
    const ns = await environment().namespace();
    desk().world.state.unforeseen = (block) => ({ ...block, beautiful: true });
    const asked = await ns.ask();
    const mia = desk().person(MIA);
    await mia.click(await ns.posted(asked), 'approvalgate_full');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    expect(JSON.stringify(view)).toContain('beautiful');
    await mia.submit(view);
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('PersonApproved');
  });

  it('that came after the message was posted costs one click, which opens the full request', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const { ts } = await ns.posted(asked);
    const mia = desk().person(MIA);
    const payload = await mia.clickPayload(ts, APPROVE);
    const message = payload['message'] as DeskMessage;
    const blocks = message.blocks?.map((block) => ({ ...block, beautiful: true }));
    const before = desk().ephemerals(MIA).length;
    await desk().send({ ...payload, message: { ...message, blocks } });
    const view = await eventually('the window opens', () => desk().openView(MIA));
    const said = await eventually('the click is answered', () => desk().ephemerals(MIA)[before]?.text);
    expect(said).toBe(SHOWN_INSTEAD.text);
    await mia.submit(view);
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('PersonApproved');
  });

  it('is refused in words where Slack opens no window either', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const { ts } = await ns.posted(asked);
    const payload = await desk().person(MIA).clickPayload(ts, APPROVE);
    const before = desk().ephemerals(MIA).length;
    desk().faults.next('views.open', { error: 'expired_trigger_id' });
    await desk().send({ ...payload, message: {} });
    const said = await eventually('the click is answered', () => desk().ephemerals(MIA)[before]?.text);
    expect(said).toBe(replyTo({ outcome: 'Outdated' }, 'Approve').text);
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  });
});

it('a request that is gone is shown to be gone with the words that it had', async () => {
  const ns = await environment().namespace();
  const asked = await ns.ask({ summary: 'A &amp; <b> & c', agent: '<!here> & co' });
  const message = await ns.posted(asked);
  desk().faults.next('chat.update', { status: 500 });
  const args = ['delete', 'ckpt', asked.metadata.name, '-n', ns.namespace];
  await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
  const failed = ({ outcome }: { outcome: string }) => outcome === 'fault:500';
  await eventually('the withdrawal could not be shown', () =>
    desk().callsOf('chat.update').some(failed) ? true : undefined,
  );
  await desk().person(MIA).click(message, APPROVE);
  const end = await eventually('the end is shown', async () => {
    const found = JSON.stringify((await ns.inSlack(CHANNEL, message.ts)).blocks);
    return found.includes('Withdrawn') ? found : undefined;
  });
  expect(end).toContain('“A &amp;amp; &lt;b&gt; &amp; c”');
  expect(end).toContain('“&lt;!here&gt; &amp; co”');
});
