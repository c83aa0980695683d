import { expect, it } from 'vitest';
import { CHANNEL } from '../../tools/environment/environment.ts';
import { askDoctor } from '../support/doctor.ts';
import { withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({ channel: CHANNEL });
const TOKENS = { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_APP_TOKEN: 'xapp-test', SLACK_SIGNING_SECRET: 'x' };

async function ask(
  flags: readonly string[],
  tokens: Readonly<Record<string, string>> = TOKENS,
): Promise<string> {
  const { controlPlane, product } = environment();
  const kubeconfig = await controlPlane.serviceAccount('approvalgate', 'approvalgate-doctor');
  const all = ['--slack-api-url', product.desk.apiUrl, ...flags];
  return (await askDoctor(kubeconfig, all, { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '', ...tokens })).said;
}

it('the doctor finds what works: a question, the bot, its socket, its channel, its people', async () => {
  const said = await ask(['--slack-channel', CHANNEL]);
  expect(said).toMatch(
    /^ok +a question +can be asked: .*system:serviceaccount:approvalgate:approvalgate-doctor$/mu,
  );
  expect(said).toMatch(/^ok +Slack +the bot is at home in the workspace T/mu);
  expect(said).toMatch(/^ok +Slack +clicks can come in by a socket$/mu);
  expect(said).toMatch(/^ok +Slack +the bot may post to C0APPROVAL$/mu);
  expect(said).toMatch(/^ok +people/mu);
  const { admin } = environment();
  expect(
    (
      await admin.list({
        group: 'approvalgate.dev',
        version: 'v1alpha1',
        kind: 'Checkpoint',
        plural: 'checkpoints',
        namespaced: true,
      })
    ).items,
  ).toEqual([]);
});

it.each([
  ['a token that is not set', {}, [], 'the Secret has no bot-token and no app-token'],
  ['a secret for another transport', TOKENS, ['--slack-transport', 'http'], 'the bot may post'],
  ['a wrong bot token', { ...TOKENS, SLACK_BOT_TOKEN: 'xoxb-wrong' }, [], 'Check SLACK_BOT_TOKEN'],
  ['a wrong app token', { ...TOKENS, SLACK_APP_TOKEN: 'xapp-wrong' }, [], 'no socket: '],
])('with %s it says so', async (_, tokens, flags, words) => {
  expect(await ask(['--slack-channel', CHANNEL, ...flags], tokens)).toContain(words);
});

it('it says where the bot is not in the channel, and where there is no channel', async () => {
  expect(await ask(['--slack-channel', 'C0NOWHERE9'])).toMatch(
    /MISSING +Slack +C0NOWHERE9: .*invite @approvalgate/u,
  );
  expect(await ask([])).toContain('no default channel');
});

it('it says which scopes the bot lacks', async () => {
  const { desk } = environment().product;
  const bot = { ok: true, team_id: 'T1', bot_id: 'B1', user_id: 'U1' };
  const headers = { 'x-oauth-scopes': 'chat:write,users:read' };
  desk.faults.next('auth.test', { answer: bot, headers });
  expect(await ask(['--slack-channel', CHANNEL])).toContain(
    'the bot lacks the scopes channels:read, groups:read, channels:history, groups:history',
  );
  desk.faults.clear();
});
