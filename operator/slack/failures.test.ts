import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSlackDesk, startSlackDesk } from '../../tools/slack-desk/desk.ts';
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
  const options = { slackApiUrl: desk.apiUrl, timeout: 300, retryConfig: { retries: 0 }, logger: SILENT };
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
