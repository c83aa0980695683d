import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/cluster/processes.ts';
import { type RunningSlackDesk, startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { failureOf } from './failures.ts';
import { SILENT } from './web.ts';

let desk: RunningSlackDesk;
beforeAll(async () => {
  desk = await startSlackDesk({
    transport: 'socket',
    signingSecret: 's',
    appToken: 'xapp-1',
    botToken: 'xoxb-secret',
    users: [{ id: 'U0MIA00001', name: 'mia' }],
    channels: [{ id: 'C0APPROVAL', name: 'approvals' }],
  });
});
afterAll(() => desk.close());

async function failureBy(fault: Parameters<typeof desk.faults.next>[1]) {
  const timeout = 'hang' in fault ? 300 : 60_000;
  const options = { slackApiUrl: desk.apiUrl, timeout, retryConfig: { retries: 0 }, logger: SILENT };
  const web = new WebClient('xoxb-secret', { ...options, rejectRateLimitedCalls: true });
  desk.faults.next('chat.postMessage', fault);
  const failure = await web.chat.postMessage({ channel: 'C0APPROVAL', text: 'x' }).then(
    () => undefined,
    (error: unknown) => failureOf(error),
  );
  if (failure === undefined) throw new Error('the call did not fail');
  return failure;
}

describe('what goes wrong with a call to Slack', () => {
  it.each([
    ['when no answer comes', { hang: true }, 'SlackUnreachable'],
    ['when the answer is lost', { acceptThenReset: true }, 'SlackUnreachable'],
    ['on HTTP 500', { status: 500 }, 'SlackUnavailable'],
    ['on a page of HTML', { html: true }, 'SlackRefused'],
    ['on a wrong token', { error: 'invalid_auth' }, 'SlackAuthFailed'],
    ['in a channel without the bot', { error: 'not_in_channel' }, 'SlackNotInChannel'],
    ['on a code of tomorrow', { error: 'brand_new_code' }, 'SlackRefused'],
  ] as const)('has a reason and words of ours %s', async (_, fault, reason) => {
    const failure = await failureBy(fault);
    expect(failure).toMatchObject({ reason });
    expect(failure.message).not.toMatch(/xoxb-secret|<html|<!doctype/i);
    expect(failure.message.length).toBeLessThan(300);
  });

  it.each([
    ['the codes of an error', { answer: { ok: false, error: 'brand_new_code' } }, 'brand_new_code'],
    [
      'where it is to blame',
      {
        answer: {
          ok: false,
          error: 'invalid_blocks',
          response_metadata: {
            messages: ['[ERROR] unsupported type: sections [json-pointer:/blocks/0/type]'],
          },
        },
      },
      'Slack said: “[ERROR] unsupported type: sections [json-pointer:/blocks/0/type]”',
    ],
    ['the words of a page', { html: true }, '“Bad gateway”'],
    [
      'the words of a failure',
      { answer: 'upstream connect error', status: 503 },
      'Slack answered HTTP 503: “upstream connect error”.',
    ],
  ] as const)('repeats what Slack said: %s', async (_, fault, said) => {
    expect((await failureBy(fault)).message).toContain(said);
  });

  it('repeats nothing that hides, and never more than a few lines', async () => {
    const said = `<script>alert('${'x'.repeat(99)}')</script>\u202E${'<b>'.repeat(5000)}${'long '.repeat(5000)}`;
    for (const fault of [
      { answer: said as never },
      { answer: { ok: false, error: said } },
      { answer: said as never, status: 502 },
      {
        answer: {
          ok: false,
          error: 'invalid_blocks',
          response_metadata: { messages: [said, said, 7, null] },
        },
      },
    ]) {
      const { message } = await failureBy(fault);
      expect(message).not.toMatch(/[<>\p{C}]|alert/u);
      expect(message.length).toBeLessThan(500);
    }
  });

  it.each([
    ['no connection', () => freePort().then((port) => `http://127.0.0.1:${port}/api/`)],
    ['no such host', () => Promise.resolve('http://slack.invalid/api/')],
  ])('knows that nothing was sent where there is %s', async (_, url) => {
    const slackApiUrl = await url();
    const web = new WebClient('xoxb', { slackApiUrl, retryConfig: { retries: 0 }, logger: SILENT });
    const failure = await web.auth.test().catch(failureOf);
    expect(failure).toMatchObject({ reason: 'SlackUnreachable', inDoubt: false });
  });

  it('says how long to wait when Slack does', async () => {
    expect(await failureBy({ status: 429, retryAfter: 7 })).toMatchObject({
      reason: 'SlackRateLimited',
      retryAfterSeconds: 7,
    });
  });

  it('names the scope that is missing', async () => {
    const { message } = await failureBy({ error: 'missing_scope', needed: 'groups:history' });
    expect(message).toContain('Missing: groups:history.');
  });

  it('has them for whatever else was thrown', () => {
    expect(failureOf(new Error('xoxb-secret'))).toMatchObject({ reason: 'SlackFailed' });
    expect(JSON.stringify(failureOf(new Error('xoxb-secret')))).not.toContain('xoxb');
  });
});
