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
    ['is unknown to have been done when no answer comes', { hang: true }, 'SlackUnreachable', true],
    [
      'is unknown to have been done when the answer is lost',
      { acceptThenReset: true },
      'SlackUnreachable',
      true,
    ],
    ['is unknown to have been done on HTTP 500', { status: 500 }, 'SlackUnavailable', true],
    ['is unknown to have been done on a page of HTML', { html: true }, 'SlackRefused', true],
    ['was not done on a wrong token', { error: 'invalid_auth' }, 'SlackAuthFailed', false],
    ['was not done in a channel without the bot', { error: 'not_in_channel' }, 'SlackNotInChannel', false],
    ['was not done on a code of tomorrow', { error: 'brand_new_code' }, 'SlackRefused', false],
  ] as const)('%s', async (_, fault, reason, ambiguous) => {
    const failure = await failureBy(fault);
    expect(failure).toMatchObject({ reason, ambiguous });
    expect(failure.message).not.toMatch(/xoxb-secret|<html|<!doctype/i);
    expect(failure.message.length).toBeLessThan(300);
  });

  it('says how long to wait when Slack does', async () => {
    expect(await failureBy({ status: 429, retryAfter: 7 })).toMatchObject({
      reason: 'SlackRateLimited',
      retryAfterSeconds: 7,
      ambiguous: false,
    });
  });

  it('names the scope that is missing', async () => {
    const { message } = await failureBy({ error: 'missing_scope', needed: 'groups:history' });
    expect(message).toContain('Missing: groups:history.');
  });

  it('is unknown to have been done for whatever else was thrown', () => {
    expect(failureOf(new Error('xoxb-secret'))).toMatchObject({ reason: 'SlackFailed', ambiguous: true });
    expect(JSON.stringify(failureOf(new Error('xoxb-secret')))).not.toContain('xoxb');
  });
});
