import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningSlackDesk, startSlackDesk } from '../slack-desk/start.ts';
import { probe } from './probe.ts';
import { BUTTON } from './workspace.ts';

const CHANNEL = 'C0APPROVAL';
const MIA = 'U0MIA00001';
const TOKENS = { botToken: 'xoxb-1', appToken: 'xapp-1' };

async function workspace(): Promise<RunningSlackDesk> {
  const desk = await startSlackDesk({
    transport: 'socket',
    ...TOKENS,
    signingSecret: 's',
    users: [{ id: MIA, name: 'mia' }],
    channels: [{ id: CHANNEL, name: 'approvals', members: [MIA] }],
  });
  onTestFinished(() => desk.close());
  await desk.world.state.call('chat.postMessage', { channel: CHANNEL, text: 'somebody else’s' }, 'admin');
  return desk;
}

/** Runs the probe; `asked` is called when it waits for the click. */
async function probed(desk: RunningSlackDesk, asked: (stop: AbortController) => unknown, waitSeconds = 60) {
  const said: string[] = [];
  const options = { ...TOKENS, channel: CHANNEL, waitSeconds, slackApiUrl: desk.apiUrl, help: false };
  const stop = new AbortController();
  const say = (line: string) => {
    said.push(line);
    if (line.includes('Click the button')) setImmediate(() => asked(stop));
  };
  const end = await probe(options, say, stop.signal).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  return { end, said: said.join('\n'), left: (await desk.messages(CHANNEL)).map(({ text }) => text) };
}

async function click(desk: RunningSlackDesk): Promise<void> {
  const messages = await desk.messages(CHANNEL);
  const asking = messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes(BUTTON));
  await desk.person(MIA).click(asking?.ts ?? '', BUTTON);
}

describe('a probe of a workspace', () => {
  it('says what differs in answers, history and click, and leaves nothing', async () => {
    const desk = await workspace();
    const { end, said, left } = await probed(desk, () => click(desk));
    expect(end).toBeUndefined();
    for (const place of [
      'The answer of chat.postMessage',
      'The answer of chat.update',
      "The channel's history",
      'The click',
      'The answer of views.open',
    ]) {
      const part = said.slice(said.indexOf(`${place}:`)).split('\n\n')[0];
      expect(part).toContain('as sent   emoji in a header');
      expect(part).toContain('DIFFERS   emoji in verbatim markup');
      expect(part).toContain('LGTM :+1::skin-tone-4: Acme:tm:');
      expect(part).toContain('as sent   addresses in verbatim markup');
      expect(part).toContain("The operator's own blocks read as they were sent.");
    }
    expect(said).toContain('The last answer and the click of the same message:\n  are the same');
    expect(said).toContain('taken     3,000 escaped signs in a section');
    expect(left).toEqual(['somebody else’s']);
  });

  it('says where even what the operator sends reads differently', async () => {
    const desk = await workspace();
    desk.world.state.unforeseen = (block) => ({ ...block, beautiful: true });
    const { said } = await probed(desk, () => click(desk));
    expect(said).toContain("THE OPERATOR'S OWN BLOCKS READ DIFFERENTLY at /0/beautiful, /1/beautiful");
  });

  it.each<[string, string, Parameters<RunningSlackDesk['faults']['next']>[1], string]>([
    [
      'the history',
      'conversations.history',
      { status: 500 },
      'conversations.history: Slack answered HTTP 500.',
    ],
    ['an update', 'chat.update', { error: 'missing_scope', needed: 'chat:write' }, 'Missing: chat:write'],
    [
      'a post whose answer is lost',
      'chat.postMessage',
      { acceptThenReset: true },
      'chat.postMessage: Slack did not answer',
    ],
  ])('leaves nothing where %s fails, and says why', async (_, method, fault, cause) => {
    const desk = await workspace();
    desk.faults.next(method, fault);
    const { end, left } = await probed(desk, () => undefined);
    expect(end).toContain(cause);
    expect(left).toEqual(['somebody else’s']);
  });

  it('leaves nothing where nobody clicks, or it is interrupted', async () => {
    const desk = await workspace();
    expect(await probed(desk, () => undefined, 1)).toMatchObject({
      end: 'nobody clicked within 1 s',
      left: ['somebody else’s'],
    });
    const interrupted = await probed(desk, (stop) => stop.abort(new Error('interrupted')));
    expect(interrupted).toMatchObject({ end: 'interrupted', left: ['somebody else’s'] });
  });

  it('says what could not be deleted', async () => {
    const desk = await workspace();
    desk.faults.next('chat.delete', { error: 'cant_delete_message' });
    const { end } = await probed(desk, () => click(desk));
    expect(end).toContain('chat.delete: Slack refused: cant_delete_message.');
  });
});

describe('make probe-slack', () => {
  async function command(
    args: string[],
    environment: Record<string, string>,
    heard?: (line: string, pid: number) => void,
  ) {
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { env });
    const lines: string[] = [];
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on('line', (line) => {
        lines.push(line);
        heard?.(line, child.pid ?? 0);
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said: lines.join('\n') };
  }
  const ENVIRONMENT = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_CHANNEL: CHANNEL };

  it.each([
    ['SLACK_BOT_TOKEN', '', 'SLACK_BOT_TOKEN is not set: it is the bot token (xoxb-…)'],
    ['SLACK_BOT_TOKEN', 'xapp-1', 'SLACK_BOT_TOKEN is not right'],
    ['SLACK_APP_TOKEN', '', 'SLACK_APP_TOKEN is not set: it is the app token (xapp-…)'],
    ['SLACK_CHANNEL', '', 'SLACK_CHANNEL is not set: it is the id of a channel'],
    ['SLACK_CHANNEL', '#general', 'SLACK_CHANNEL is not right'],
  ])('with %s “%s” says what is missing, and posts nothing', async (name, value, words) => {
    const { code, said } = await command([], { ...ENVIRONMENT, [name]: value });
    expect(code).toBe(2);
    expect(said).toContain(words);
  });

  it('has help, without any token', async () => {
    expect(await command(['--help'], {})).toMatchObject({
      code: 0,
      said: expect.stringContaining('usage: SLACK_BOT_TOKEN'),
    });
  });

  it('says which token Slack refused', async () => {
    const desk = await workspace();
    const args = ['--slack-api-url', desk.apiUrl];
    const { code, said } = await command(args, { ...ENVIRONMENT, SLACK_APP_TOKEN: 'xapp-2' });
    expect(code).toBe(1);
    expect(said).toContain('Socket Mode: invalid_auth');
  });

  it('deletes what it posted when it is interrupted', async () => {
    const desk = await workspace();
    const args = ['--slack-api-url', desk.apiUrl];
    const { code, said } = await command(args, ENVIRONMENT, (line, pid) => {
      if (line.includes('Click the button')) process.kill(pid, 'SIGINT');
    });
    expect(code).toBe(130);
    expect(said).toContain('Everything that was posted is deleted.');
    expect((await desk.messages(CHANNEL)).map(({ text }) => text)).toEqual(['somebody else’s']);
  });
});
