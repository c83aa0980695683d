import { describe, expect, it } from 'vitest';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { withFlow } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const flow = withFlow({ channel: CHANNEL });
const desk = () => flow().stage.desk;
const postsOf = async (text: string): Promise<number> =>
  (await desk().messages(CHANNEL)).filter((message) => JSON.stringify(message.blocks).includes(text)).length;

/** Another process takes an unfinished delivery over after half a minute; the rest is for a busy machine. */
const TAKEOVER_MS = 120_000;

describe('an operator that is killed', () => {
  it('while Slack takes a message that it never hears of, posts no second one', async () => {
    const room = await flow().room();
    desk().faults.next('chat.postMessage', { acceptThenReset: true });
    const asked = await room.ask({ context: { marker: 'killed-in-post' } });
    await eventually('Slack has the message', async () =>
      (await postsOf('killed-in-post')) === 1 ? true : undefined,
    );
    await flow().stage.operator.kill();
    await flow().stage.startOperator();
    await eventually(
      'the message is recorded',
      async () => {
        const state = (await room.read(asked))?.status?.notifications?.[0]?.state;
        return state === 'Sent' ? true : undefined;
      },
      TAKEOVER_MS,
    );
    expect(await postsOf('killed-in-post')).toBe(1);
    await desk()
      .person(MIA)
      .click(await room.posted(asked), 'approvalgate_approve');
    expect((await room.decided(asked)).status?.decision?.outcome).toBe('Approved');
  });

  it('before Slack has the message, posts it after the restart, once', async () => {
    const room = await flow().room();
    desk().faults.next('chat.postMessage', { hang: true });
    const asked = await room.ask({ context: { marker: 'killed-before-post' } });
    await eventually('the intent is written', async () =>
      (await room.read(asked))?.status?.notifications ? true : undefined,
    );
    await flow().stage.operator.kill();
    desk().faults.clear();
    await flow().stage.startOperator();
    await eventually(
      'the message is recorded',
      async () => {
        const state = (await room.read(asked))?.status?.notifications?.[0]?.state;
        return state === 'Sent' ? true : undefined;
      },
      TAKEOVER_MS,
    );
    expect(await postsOf('killed-before-post')).toBe(1);
  });

  it('between a review and its decision, decides after the restart, once', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    await room.posted(asked);
    await flow().stage.operator.kill();
    const mia = await flow().controlPlane.person('mia');
    expect((await room.review(mia, asked, 'Approve')).stderr).toContain('failed calling webhook');
    const admission = await flow().stage.startOperator(['--roles', 'webhook']);
    expect((await room.review(mia, asked, 'Approve')).stderr).toBe('');
    await admission.kill();
    expect(await room.reviews()).toHaveLength(1);
    expect((await room.read(asked))?.status?.decision).toBeUndefined();
    const operator = await flow().stage.startOperator();
    const { status } = await room.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      decidedBy: { name: 'mia' },
      reviews: [{ username: 'mia' }],
    });
    await room.message(asked, 'Final');
    expect((await room.read(asked))?.status?.decision).toEqual(status?.decision);
    const metric = await operator.metrics();
    expect(metric('approvalgate_decisions_total{outcome="Approved",reason="PersonApproved"}')).toBe(1);
  });

  it('over a deadline, denies after the restart, and what was asked before is still answered', async () => {
    const room = await flow().room();
    const expired = await room.ask({ timeoutSeconds: 20 });
    const open = await room.ask({ timeoutSeconds: 3600 });
    await room.posted(expired);
    const posted = await room.posted(open);
    await flow().stage.operator.kill();
    await eventually('the deadline has passed', () => {
      const deadline = Date.parse(expired.metadata.creationTimestamp ?? '') + 23_000;
      return Date.now() > deadline ? true : undefined;
    });
    await flow().stage.startOperator();
    expect(
      (await room.read(expired))?.status?.decision ?? (await room.decided(expired)).status?.decision,
    ).toMatchObject({
      outcome: 'TimedOut',
      reason: 'Unanswered',
    });
    await desk().person(MIA).click(posted, 'approvalgate_approve');
    expect((await room.decided(open)).status?.decision?.outcome).toBe('Approved');
  });

  it('leaves no checkpoint undecided that a rule decides', async () => {
    const room = await flow().room();
    await room.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_, i) => room.ask({ context: { amount: i + 1 } })),
    );
    await flow().stage.operator.kill();
    await flow().stage.startOperator();
    for (const each of asked) {
      const outcome =
        (await room.read(each))?.status?.decision?.outcome ??
        (await room.decided(each)).status?.decision?.outcome;
      expect(outcome).toBe('Approved');
    }
  });
});
