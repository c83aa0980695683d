import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { ask, CHANNEL, client, desk, GUEST, MIA, QUESTION, REASON_MODAL, socketApp } from './fixture.ts';
import type { RunningSlackDesk } from './start.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function opened(at: RunningSlackDesk, user = MIA): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${at.url}/?user=${user}`);
  return page;
}

/** A small app: Approve writes who, Deny asks why. */
async function approvalApp(at: RunningSlackDesk): Promise<void> {
  const app = await socketApp(at);
  app.action('approve', async ({ ack, body, client: web }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const ts = String(body.message?.['ts']);
    await web.chat.update({ channel: CHANNEL, ts, text: `Approved by <@${body.user.id}>` });
  });
  app.action('deny', async ({ ack, body, client: web }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const view = { ...REASON_MODAL, private_metadata: String(body.message?.['ts']) };
    await web.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('reason', async ({ ack, body, view, client: web }) => {
    const reason = String(view.state.values['why']?.['text']?.value);
    await ack();
    const text = `Denied by <@${body.user.id}>: ${reason}`;
    await web.chat.update({ channel: CHANNEL, ts: view.private_metadata, text });
  });
}

describe('the page in a real browser', () => {
  test('takes a person from Deny by the reason to the updated message', async () => {
    const at = await desk();
    await approvalApp(at);
    const page = await opened(at);
    await ask(at);
    await page.getByRole('button', { name: 'Deny' }).click();
    const modal = page.getByRole('dialog', { name: 'Deny the Refund' });
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.getByText('Please complete this required field.').waitFor();
    await modal.getByLabel('Reason').fill('no receipt');
    await modal.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Denied by @Mia Wong: no receipt').waitFor();
    expect(await modal.isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  test('keeps what is being typed while messages arrive', async () => {
    const at = await desk();
    await approvalApp(at);
    const page = await opened(at);
    await ask(at);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByLabel('Reason').fill('half a sen');
    const field = await page.getByLabel('Reason').elementHandle();
    await client(at).chat.postMessage({ channel: CHANNEL, text: 'news' });
    await page.getByText('news').waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe('half a sen');
    expect(await page.locator('#input-why:focus').count()).toBe(1);
    expect(await field?.isVisible(), 'the field is the same one, with its cursor and undo history').toBe(
      true,
    );
  });

  test('switches the person, who alone sees what is meant for them', async () => {
    const at = await desk();
    await approvalApp(at);
    const page = await opened(at, GUEST);
    await ask(at);
    await client(at).chat.postEphemeral({ channel: CHANNEL, user: MIA, text: 'psst' });
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await page.getByText('Only visible to you').count()).toBe(0);
    await page.getByLabel('You are:').selectOption('Mia Wong');
    await page.getByText('Only visible to you').waitFor();
    // The server renders it; only the script, which runs before the page has loaded, makes a click of it.
    await page.waitForLoadState('load');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved by @Mia Wong').waitFor();
  });

  test('says when the app is silent', async () => {
    const at = await desk();
    const page = await opened(at);
    await ask(at);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByTitle('The app did not respond. Try again.').waitFor();
  });

  test('draws plain text as it is, and markup as markup', async () => {
    const at = await desk();
    const page = await opened(at);
    const text = '*not bold* https://example.com <b> & &lt; :tada:';
    const plain = { type: 'plain_text' as const, text, emoji: false };
    const elements = [plain, { type: 'mrkdwn' as const, text: '*Needed*' }];
    const blocks = [
      { type: 'header' as const, text: plain },
      { type: 'section' as const, text: plain },
      { type: 'section' as const, fields: [plain] },
      { type: 'context' as const, elements },
    ];
    await client(at).chat.postMessage({ channel: CHANNEL, text: 'x', blocks });
    await expect.poll(() => page.getByText(text, { exact: true }).count()).toBe(4);
    expect(await page.locator('#messages a').count()).toBe(0);
    expect(await page.getByText('Needed', { exact: true }).count()).toBe(1);
  });

  test('runs nothing that a message holds', async () => {
    const at = await desk();
    const page = await opened(at);
    const hostile =
      '<img src=x onerror="document.title=1"> <javascript:alert(1)|click> </script><script>document.title=2</script>';
    await client(at).chat.postMessage({ channel: CHANNEL, text: hostile });
    await client(at).chat.postMessage({
      channel: CHANNEL,
      text: 'b',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: hostile } }, ...QUESTION],
    });
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await page.title()).toBe('#approvals | ApprovalGate');
    expect(await page.locator('#messages img, #messages script, a[href^=javascript]').count()).toBe(0);
  });
});

describe('the page', () => {
  const status = (url: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request(url, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      call.end(method === 'POST' ? '{}' : undefined);
    });

  test('answers neither another origin nor another host name', async () => {
    const at = await desk();
    const json = { 'content-type': 'application/json' };
    expect(await status(`${at.url}/`, {})).toBe(200);
    expect(await status(`${at.url}/desk/state`, { host: 'evil.example' })).toBe(403);
    expect(await status(`${at.url}/desk/click`, { ...json, origin: 'https://evil.example' }, 'POST')).toBe(
      403,
    );
  });
});
