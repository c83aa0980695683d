import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL } from '../../tools/environment/environment.ts';
import { launchBrowser } from '../../tools/slack-desk/browser.ts';
import { withEnvironment } from '../support/environment.ts';

const SENTENCE =
  "AI agent wants to send an email campaign to 5,247 recipients using template 'win-back-inactive'. Estimated cost: $15.74.";
const WORDING =
  "'AI agent wants to send an email campaign to ' + formatNumber(recipients) + \" recipients using template '\" + template + \"'. Estimated cost: \" + formatMoney(estimated_cost, 'USD') + '.'";

const environment = withEnvironment({ channel: CHANNEL });
let browser: Browser;
let page: Page;
let pictures: string;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  page.setDefaultTimeout(60_000);
  pictures = process.env['PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'approvalgate-pictures-')));
});
afterAll(async () => {
  await browser.close();
  if (process.env['PICTURES'] === undefined) await rm(pictures, { recursive: true });
});

async function campaign() {
  const ns = await environment().namespace();
  await ns.rule('wording', { decision: 'Inform', message: WORDING });
  const asked = await ns.ask({
    summary: 'Inactive customers often come back after a voucher.',
    context: { recipients: 5247, template: 'win-back-inactive', estimated_cost: 15.741 },
  });
  await ns.posted(asked);
  await page.goto(`${environment().product.desk.url}?channel=${CHANNEL}`);
  await page.getByText(SENTENCE).last().waitFor();
  return { ns, asked };
}

describe('a person with a browser', () => {
  it('reads the sentence, clicks Approve, and sees who approved and no button', async () => {
    const { ns, asked } = await campaign();
    await page.screenshot({ path: join(pictures, 'asking.png') });
    expect(await page.locator('body').innerText()).not.toMatch(/\*Needed|<!date/);
    await page.getByRole('button', { name: 'Show Full Request' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Full Request' });
    await dialog.getByText('"recipients": 5247').waitFor();
    await page.screenshot({ path: join(pictures, 'full.png') });
    await dialog.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Approve' }).last().click();
    expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Approved');
    await page.getByText('Approved by mia').last().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await page.screenshot({ path: join(pictures, 'approved.png') });
  });

  it('clicks Deny, gives a reason in a window, and the agent is told', async () => {
    const { ns, asked } = await campaign();
    await page.getByRole('button', { name: 'Deny…' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Deny This Request' });
    await dialog.getByLabel('Reason').fill('These customers opted out.');
    await page.screenshot({ path: join(pictures, 'deny.png') });
    await dialog.getByRole('button', { name: 'Deny' }).click();
    expect((await ns.decided(asked)).status?.decision?.message).toBe(
      'Denied by mia: These customers opted out.',
    );
    await page.getByText('Denied by mia').last().waitFor();
    await page.screenshot({ path: join(pictures, 'denied.png') });
  });
});
