import { describe, expect, it } from 'vitest';
import { APPROVER_ROLE } from '../../operator/reviews/authorization.ts';
import { replyTo } from '../../operator/slack/interactions/replies.ts';
import { CHANNEL, MIA, OTHER_CHANNEL, TOM } from '../../tools/environment/environment.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { textOf, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const APPROVE = 'approvalgate_approve';
const RECORDED = replyTo({ outcome: 'Recorded' }, 'Approve').text;
const GONE = replyTo({ outcome: 'Gone' }, 'Approve').text;
const GUESTS = replyTo({ outcome: 'NotMember', why: 'guests do not decide.' }, 'Approve').text;
const GUEST = 'U0GUEST001';
const STRANGER = 'U0UNLINKED';

describe.each(['socket', 'http'] as const)('people in Slack, by %s', (transport) => {
  const environment = withEnvironment({
    transport,
    channel: CHANNEL,
    desk: {
      users: [
        { id: MIA, name: 'mia', realName: 'Mia Wong' },
        { id: TOM, name: 'tom', realName: 'Tom Baker' },
        { id: GUEST, name: 'gus', is_restricted: true },
        { id: STRANGER, name: 'nora' },
      ],
      channels: [
        { id: CHANNEL, name: 'approvals', members: [MIA, TOM, GUEST, STRANGER] },
        { id: OTHER_CHANNEL, name: 'finance', members: [MIA, TOM] },
      ],
    },
  });
  const desk = () => environment().product.desk;
  /** What a click of theirs is answered. */
  const told = async (user: string, message: DeskMessage, button = APPROVE): Promise<string> => {
    const before = desk().ephemerals(user).length;
    await desk().person(user).click(message, button);
    return eventually('the click is answered', () => desk().ephemerals(user)[before]?.text);
  };

  it('approve by a click, and the buttons are gone', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    expect(await told(MIA, await ns.posted(asked))).toBe(RECORDED);
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({ outcome: 'Approved', decidedBy: { name: 'mia' } });
    const { channel, messageID } = await ns.message(asked, 'Final');
    const message = await ns.inSlack(channel, messageID);
    expect(textOf(message)).not.toContain('"actions"');
    expect(textOf(message)).toContain('Approved by mia');
  });

  it('deny in a window that asks for the reason, which the agent is told', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const mia = desk().person(MIA);
    await mia.click(await ns.posted(asked), 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    await mia.submit(view, { approvalgate_reason: 'They opted out.' });
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      reason: 'PersonDenied',
      message: 'Denied by mia: They opted out.',
    });
  });

  it('approve a shortened message only through the full view', async () => {
    const ns = await environment().namespace();
    const context = {
      ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`fact${i}`, 'x'.repeat(200)])),
      recipients: 1,
    };
    const asked = await ns.ask({ context });
    const message = await ns.posted(asked);
    expect(textOf(message)).not.toContain('approvalgate_approve');
    expect(textOf(message)).toContain('more facts are not shown');
    const mia = desk().person(MIA);
    await mia.click(message, 'approvalgate_full');
    const view = await eventually('the full view opens', () => desk().openView(MIA));
    expect(JSON.stringify(view.blocks)).toContain('fact29');
    await mia.submit(view, {});
    expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Approved');
  });

  it('are told when their account is not linked, with the manifest that links it', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const answer = await told(STRANGER, await ns.posted(asked));
    expect(answer).toContain('kind: ReviewerIdentity');
    expect(answer).toContain('t000000001-u0unlinked');
    expect(answer).not.toContain('nora');
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  });

  it('are refused as guests', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    expect(await told(GUEST, await ns.posted(asked))).toBe(GUESTS);
  });

  it.each(['approvalgate_full', 'approvalgate_deny'])(
    'are shown no window as guests, by %s',
    async (button) => {
      const ns = await environment().namespace();
      const asked = await ns.ask();
      expect(await told(GUEST, await ns.posted(asked), button)).toBe(GUESTS);
      expect(desk().openView(GUEST)).toBeUndefined();
    },
  );

  it('read that a request was withdrawn, at the latest when they click', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const message = await ns.posted(asked);
    desk().faults.next('chat.update', { status: 500 });
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', ns.namespace];
    await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
    await eventually('the withdrawal could not be shown', () =>
      desk()
        .callsOf('chat.update')
        .some(({ outcome }) => outcome === 'fault:500')
        ? true
        : undefined,
    );
    expect(await told(MIA, message)).toBe(GONE);
    const end = textOf(await ns.inSlack(CHANNEL, message.ts));
    expect(end).toContain('Withdrawn');
    expect(end).not.toContain('"actions"');
  });

  it('are refused without the right, which is named', async () => {
    const ns = await environment().namespace();
    await environment().controlPlane.mustKubectl([
      'delete',
      'rolebinding',
      '-n',
      ns.namespace,
      'approvalgate-approver-verbs--user-tom',
    ]);
    const asked = await ns.ask();
    const { namespace } = ns;
    const lacking = { outcome: 'NotAllowed', username: 'tom', verb: 'approve', role: APPROVER_ROLE } as const;
    expect(await told(TOM, await ns.posted(asked))).toBe(replyTo({ ...lacking, namespace }, 'Approve').text);
  });

  it('who click what is decided already are told by whom', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const stale = await ns.posted(asked);
    await ns.review(await environment().controlPlane.person('tom'), asked, 'Deny');
    await ns.decided(asked);
    const { decision } = (await ns.read(asked))?.status ?? {};
    if (decision === undefined) throw new Error('nothing is decided');
    expect(decision.decidedBy.name).toBe('tom');
    const already = replyTo({ outcome: 'AlreadyDecided', decision }, 'Approve').text;
    expect(await told(MIA, stale)).toBe(already);
  });

  it('see a withdrawal in the message', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const { ts } = await ns.posted(asked);
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', ns.namespace];
    await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
    const message = await eventually('the message says so', async () => {
      const found = await ns.inSlack(CHANNEL, ts);
      return textOf(found).includes('Withdrawn') ? found : undefined;
    });
    expect(textOf(message)).not.toContain('"actions"');
  });

  it('who click a recreated object’s old message are told it is gone', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask({ context: { recipients: 1 } }, 'same-name');
    const old = await ns.posted(asked);
    const args = ['delete', 'ckpt', 'same-name', '-n', ns.namespace];
    await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
    const again = await ns.ask({ context: { recipients: 999_999 } }, 'same-name');
    await ns.posted(again);
    expect(await told(MIA, old)).toBe(GONE);
    expect((await ns.read(again))?.status?.decision).toBeUndefined();
  });

  it('get the question in every asking rule’s channel', async () => {
    const ns = await environment().namespace();
    await ns.rule('finance', {
      decision: 'RequireApproval',
      notify: { slack: { channel: OTHER_CHANNEL } },
    });
    await ns.rule('anybody', { decision: 'RequireApproval' });
    const asked = await ns.ask();
    const channels = await eventually('both messages stand', async () => {
      const sent =
        (await ns.read(asked))?.status?.notifications?.filter(({ state }) => state === 'Sent') ?? [];
      return sent.length === 2 ? sent.map(({ channel }) => channel) : undefined;
    });
    expect(channels).toEqual([CHANNEL, OTHER_CHANNEL]);
  });
});
