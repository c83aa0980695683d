import { describe, expect, it } from 'vitest';
import { APPROVER_ROLE } from '../../operator/reviews/authorization.ts';
import { answerTo } from '../../operator/slack/interactions/replies.ts';
import { CHANNEL, MIA, OTHER_CHANNEL, TOM } from '../../tools/environment/environment.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { textOf, withFlow } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const APPROVE = 'approvalgate_approve';
const RECORDED = answerTo({ outcome: 'Recorded' }, 'Approve').text;
const GONE = answerTo({ outcome: 'Gone' }, 'Approve').text;
const GUESTS = answerTo({ outcome: 'NotMember', why: 'guests do not decide.' }, 'Approve').text;
const GUEST = 'U0GUEST001';
const STRANGER = 'U0UNLINKED';

describe.each(['socket', 'http'] as const)('people in Slack, by %s', (transport) => {
  const flow = withFlow({
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
  const desk = () => flow().stage.desk;
  /** What a click of theirs is answered. */
  const told = async (user: string, message: DeskMessage, button = APPROVE): Promise<string> => {
    const before = desk().ephemerals(user).length;
    await desk().person(user).click(message, button);
    return eventually('the click is answered', () => desk().ephemerals(user)[before]?.text);
  };

  it('approve by a click, and the buttons are gone', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    expect(await told(MIA, await room.posted(asked))).toBe(RECORDED);
    const { status } = await room.decided(asked);
    expect(status?.decision).toMatchObject({ outcome: 'Approved', decidedBy: { name: 'mia' } });
    const { channel, messageID } = await room.message(asked, 'Final');
    const message = await room.inSlack(channel, messageID);
    expect(textOf(message)).not.toContain('"actions"');
    expect(textOf(message)).toContain('Approved by mia');
  });

  it('deny in a window that asks for the reason, which the agent is told', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const mia = desk().person(MIA);
    await mia.click(await room.posted(asked), 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    await mia.submit(view, { approvalgate_reason: 'They opted out.' });
    const { status } = await room.decided(asked);
    expect(status?.decision).toMatchObject({
      reason: 'PersonDenied',
      message: 'Denied by mia: They opted out.',
    });
  });

  it('approve a shortened message only through the full view', async () => {
    const room = await flow().room();
    const context = {
      ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`fact${i}`, 'x'.repeat(200)])),
      recipients: 1,
    };
    const asked = await room.ask({ context });
    const message = await room.posted(asked);
    expect(textOf(message)).not.toContain('approvalgate_approve');
    expect(textOf(message)).toContain('more facts are not shown');
    const mia = desk().person(MIA);
    await mia.click(message, 'approvalgate_full');
    const view = await eventually('the full view opens', () => desk().openView(MIA));
    expect(JSON.stringify(view.blocks)).toContain('fact29');
    await mia.submit(view, {});
    expect((await room.decided(asked)).status?.decision?.outcome).toBe('Approved');
  });

  it('are told when their account is not linked, with the manifest that links it', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const answer = await told(STRANGER, await room.posted(asked));
    expect(answer).toContain('kind: ReviewerIdentity');
    expect(answer).toContain('t000000001-u0unlinked');
    expect(answer).not.toContain('nora');
    expect((await room.read(asked))?.status?.decision).toBeUndefined();
  });

  it('are refused as guests', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    expect(await told(GUEST, await room.posted(asked))).toBe(GUESTS);
  });

  it.each(['approvalgate_full', 'approvalgate_deny'])(
    'are shown no window as guests, by %s',
    async (button) => {
      const room = await flow().room();
      const asked = await room.ask();
      expect(await told(GUEST, await room.posted(asked), button)).toBe(GUESTS);
      expect(desk().openView(GUEST)).toBeUndefined();
    },
  );

  it('read that a request was withdrawn, at the latest when they click', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const message = await room.posted(asked);
    desk().faults.next('chat.update', { status: 500 });
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', room.namespace];
    await flow().controlPlane.mustKubectl(args, { kubeconfig: room.agentKubeconfig });
    await eventually('the withdrawal could not be shown', () =>
      desk()
        .callsOf('chat.update')
        .some(({ outcome }) => outcome === 'fault:500')
        ? true
        : undefined,
    );
    expect(await told(MIA, message)).toBe(GONE);
    const end = textOf(await room.inSlack(CHANNEL, message.ts));
    expect(end).toContain('Withdrawn');
    expect(end).not.toContain('"actions"');
  });

  it('are refused without the right, which is named', async () => {
    const room = await flow().room();
    await flow().controlPlane.mustKubectl([
      'delete',
      'rolebinding',
      '-n',
      room.namespace,
      'approvalgate-approver-verbs--user-tom',
    ]);
    const asked = await room.ask();
    const { namespace } = room;
    const lacking = { outcome: 'NotAllowed', username: 'tom', verb: 'approve', role: APPROVER_ROLE } as const;
    expect(await told(TOM, await room.posted(asked))).toBe(
      answerTo({ ...lacking, namespace }, 'Approve').text,
    );
  });

  it('who click what is decided already are told by whom', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const stale = await room.posted(asked);
    await room.review(await flow().controlPlane.person('tom'), asked, 'Deny');
    await room.decided(asked);
    const { decision } = (await room.read(asked))?.status ?? {};
    if (decision === undefined) throw new Error('nothing is decided');
    expect(decision.decidedBy.name).toBe('tom');
    const already = answerTo({ outcome: 'AlreadyDecided', decision }, 'Approve').text;
    expect(await told(MIA, stale)).toBe(already);
  });

  it('see a withdrawal in the message', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const { ts } = await room.posted(asked);
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', room.namespace];
    await flow().controlPlane.mustKubectl(args, { kubeconfig: room.agentKubeconfig });
    const message = await eventually('the message says so', async () => {
      const found = await room.inSlack(CHANNEL, ts);
      return textOf(found).includes('Withdrawn') ? found : undefined;
    });
    expect(textOf(message)).not.toContain('"actions"');
  });

  it('who click a recreated object’s old message are told it is gone', async () => {
    const room = await flow().room();
    const asked = await room.ask({ context: { recipients: 1 } }, 'same-name');
    const old = await room.posted(asked);
    const args = ['delete', 'ckpt', 'same-name', '-n', room.namespace];
    await flow().controlPlane.mustKubectl(args, { kubeconfig: room.agentKubeconfig });
    const again = await room.ask({ context: { recipients: 999_999 } }, 'same-name');
    await room.posted(again);
    expect(await told(MIA, old)).toBe(GONE);
    expect((await room.read(again))?.status?.decision).toBeUndefined();
  });

  it('get the question in every asking rule’s channel', async () => {
    const room = await flow().room();
    await room.rule('finance', {
      decision: 'RequireApproval',
      notify: { slack: { channel: OTHER_CHANNEL } },
    });
    await room.rule('anybody', { decision: 'RequireApproval' });
    const asked = await room.ask();
    const channels = await eventually('both messages stand', async () => {
      const sent =
        (await room.read(asked))?.status?.notifications?.filter(({ state }) => state === 'Sent') ?? [];
      return sent.length === 2 ? sent.map(({ channel }) => channel) : undefined;
    });
    expect(channels).toEqual([CHANNEL, OTHER_CHANNEL]);
  });
});
