import { describe, expect, it } from 'vitest';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({ channel: CHANNEL });
const desk = () => environment().product.desk;
const postsOf = async (text: string): Promise<number> =>
  (await desk().messages(CHANNEL)).filter((message) => JSON.stringify(message.blocks).includes(text)).length;

/** Another process takes an unfinished delivery over after half a minute; the rest is for a busy machine. */
const TAKEOVER_MS = 120_000;

describe('an operator that is killed', () => {
  it('while Slack takes a message that it never hears of, posts no second one', async () => {
    const ns = await environment().namespace();
    desk().faults.next('chat.postMessage', { acceptThenReset: true });
    const asked = await ns.ask({ context: { marker: 'killed-in-post' } });
    await eventually('Slack has the message', async () =>
      (await postsOf('killed-in-post')) === 1 ? true : undefined,
    );
    await environment().product.operator.kill();
    await environment().product.startOperator();
    await eventually(
      'the message is recorded',
      async () => {
        const state = (await ns.read(asked))?.status?.notifications?.[0]?.state;
        return state === 'Sent' ? true : undefined;
      },
      TAKEOVER_MS,
    );
    expect(await postsOf('killed-in-post')).toBe(1);
    await desk()
      .person(MIA)
      .click(await ns.posted(asked), 'approvalgate_approve');
    expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Approved');
  });

  it('before Slack has the message, posts it after the restart, once', async () => {
    const ns = await environment().namespace();
    desk().faults.next('chat.postMessage', { hang: true });
    const asked = await ns.ask({ context: { marker: 'killed-before-post' } });
    await eventually('the intent is written', async () =>
      (await ns.read(asked))?.status?.notifications ? true : undefined,
    );
    await environment().product.operator.kill();
    desk().faults.clear();
    await environment().product.startOperator();
    await eventually(
      'the message is recorded',
      async () => {
        const state = (await ns.read(asked))?.status?.notifications?.[0]?.state;
        return state === 'Sent' ? true : undefined;
      },
      TAKEOVER_MS,
    );
    expect(await postsOf('killed-before-post')).toBe(1);
  });

  it('between a review and its decision, decides after the restart, once', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    await ns.posted(asked);
    await environment().product.operator.kill();
    const mia = await environment().controlPlane.person('mia');
    expect((await ns.review(mia, asked, 'Approve')).stderr).toContain('failed calling webhook');
    const admission = await environment().product.startOperator(['--roles', 'webhook']);
    expect((await ns.review(mia, asked, 'Approve')).stderr).toBe('');
    await admission.kill();
    expect(await ns.reviews()).toHaveLength(1);
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
    const operator = await environment().product.startOperator();
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      decidedBy: { name: 'mia' },
      reviews: [{ username: 'mia' }],
    });
    await ns.message(asked, 'Final');
    expect((await ns.read(asked))?.status?.decision).toEqual(status?.decision);
    const metric = await operator.metrics();
    expect(metric('approvalgate_decisions_total{outcome="Approved",reason="PersonApproved"}')).toBe(1);
  });

  it('over a deadline, denies after the restart, and what was asked before is still answered', async () => {
    const ns = await environment().namespace();
    const expired = await ns.ask({ timeoutSeconds: 20 });
    const open = await ns.ask({ timeoutSeconds: 3600 });
    await ns.posted(expired);
    const posted = await ns.posted(open);
    await environment().product.operator.kill();
    await eventually('the deadline has passed', () => {
      const deadline = Date.parse(expired.metadata.creationTimestamp ?? '') + 23_000;
      return Date.now() > deadline ? true : undefined;
    });
    await environment().product.startOperator();
    expect(
      (await ns.read(expired))?.status?.decision ?? (await ns.decided(expired)).status?.decision,
    ).toMatchObject({
      outcome: 'TimedOut',
      reason: 'Unanswered',
    });
    await desk().person(MIA).click(posted, 'approvalgate_approve');
    expect((await ns.decided(open)).status?.decision?.outcome).toBe('Approved');
  });

  it('leaves no checkpoint undecided that a rule decides', async () => {
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ns.ask({ context: { amount: i + 1 } })),
    );
    await environment().product.operator.kill();
    await environment().product.startOperator();
    for (const each of asked) {
      const outcome =
        (await ns.read(each))?.status?.decision?.outcome ??
        (await ns.decided(each)).status?.decision?.outcome;
      expect(outcome).toBe('Approved');
    }
  });
});
