import { describe, expect, it } from 'vitest';
import { CHANNEL, MIA, TOM } from '../../tools/environment/environment.ts';
import type { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const APPROVE = 'approvalgate_approve';
const RECORDED = 'approvalgate_slack_clicks_total{answer="Recorded"}';

async function recorded(operator: OperatorProcess): Promise<number> {
  const metric = await operator.metrics();
  return metric(RECORDED) ?? 0;
}

describe('two replicas that both serve Slack', () => {
  const environment = withEnvironment({ channel: CHANNEL, flags: ['--leader-elect'] });

  it('take the clicks that Slack hands to either; the leader decides by them', async () => {
    const { product } = environment();
    const standby = await product.anotherOperator();
    await product.desk.sockets.untilOpen(2);
    const ns = await environment().namespace();
    const asked = await Promise.all(Array.from({ length: 4 }, (_, i) => ns.ask({ context: { number: i } })));
    for (const each of asked) {
      await product.desk.person(MIA).click(await ns.posted(each), APPROVE);
      expect((await ns.decided(each)).status?.decision).toMatchObject({ decidedBy: { name: 'mia' } });
    }
    expect(await Promise.all([product.operator, standby].map(recorded))).toEqual([2, 2]);
    const metric = await standby.metrics();
    expect(metric('leader_election_master_status{name="approvalgate"}')).toBe(0);
    expect(
      metric('approvalgate_decisions_total{outcome="Approved",reason="PersonApproved"}'),
    ).toBeUndefined();
    await standby.stop();
    expect(await standby.ended()).toBe(0);
  });
});

describe('replicas that are split by role', () => {
  const environment = withEnvironment({ channel: CHANNEL });
  const desk = () => environment().product.desk;

  it('admit, ask, take clicks and decide, though who takes the clicks follows nothing', async () => {
    const { product } = environment();
    await product.operator.stop();
    const front = await product.startOperator(['--roles', 'webhook,slack']);
    const controllers = [
      await product.anotherOperator(0, ['--roles', 'controller', '--leader-elect']),
      await product.anotherOperator(0, ['--roles', 'controller', '--leader-elect']),
    ];
    expect(desk().sockets.open).toBe(1);
    const ns = await environment().namespace();
    const approved = await ns.ask();
    await desk()
      .person(MIA)
      .click(await ns.posted(approved), APPROVE);
    expect((await ns.decided(approved)).status?.decision).toMatchObject({
      outcome: 'Approved',
      decidedBy: { name: 'mia' },
    });
    expect(await recorded(front)).toBe(1);

    const denied = await ns.ask();
    await desk()
      .person(TOM)
      .click(await ns.posted(denied), 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(TOM));
    await desk().person(TOM).submit(view, { approvalgate_reason: 'They opted out.' });
    expect((await ns.decided(denied)).status?.decision).toMatchObject({
      outcome: 'Denied',
      reviews: [{ username: 'tom', reason: 'They opted out.' }],
    });

    const withdrawn = await ns.ask();
    const message = await ns.posted(withdrawn);
    await Promise.all(controllers.map((each) => each.kill()));
    const args = ['delete', 'ckpt', withdrawn.metadata.name, '-n', ns.namespace];
    await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
    const before = desk().ephemerals(MIA).length;
    await desk().person(MIA).click(message, APPROVE);
    const told = await eventually('the click is answered', () => desk().ephemerals(MIA)[before]?.text);
    expect(told).toContain('withdrawn');
    expect((await front.get('/readyz'))?.status).toBe(200);
  });
});
