import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../tools/bundle/bundle.ts';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { withEnvironment } from '../support/environment.ts';

/** Nothing of the repository, and no node_modules, is above it. */
const folder = mkdtempSync(join(tmpdir(), 'approvalgate-bundle-'));
beforeAll(async () => {
  await writeBundle(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the operator from its bundle', () => {
  const environment = withEnvironment({ main: join(folder, 'operator.mjs'), channel: CHANNEL });

  it('decides by a rule', async () => {
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const { status } = await ns.decided(await ns.ask({ action: 'process_refund', context: { amount: 12 } }));
    expect(status?.decision).toMatchObject({ outcome: 'Approved', reason: 'RuleApproved' });
  });

  it("asks in Slack, and takes a person's click", async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const message = await ns.posted(asked);
    await environment().product.desk.person(MIA).click(message, 'approvalgate_approve');
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({ outcome: 'Approved', decidedBy: { name: 'mia' } });
  });
});
