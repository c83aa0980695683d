import { App, type Receiver } from '@slack/bolt';
import fc from 'fast-check';
import { pino } from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import type { Click } from '../../operator/messages/click.ts';
import { SILENT, type SlackWeb } from '../../operator/slack/connection/web.ts';
import { listen } from '../../operator/slack/interactions/listeners.ts';
import { OpenModals } from '../../operator/slack/interactions/modals.ts';
import { contentHash } from '../../operator/slack/render/content-hash.ts';
import { fullModal, MODALS, REASON } from '../../operator/slack/render/modal.ts';
import { render } from '../../operator/slack/render/render.ts';
import { storedBlocks } from '../../tools/slack-desk/stored-form.ts';
import { nastyJson, nastyText } from '../support/nasty.ts';
import { VIEW } from '../support/views.ts';

const CASES = 10_000;
const TEAM = 'T000000001';
const APP = 'A0APPRGATE';
const CHANNEL = 'C0APPROVAL';
const MESSAGE = '1795479148.000100';
const { namespace, name, uid } = VIEW.checkpoint;
const { blocks: SHOWN, hash } = render({ ...VIEW, channel: CHANNEL });
/** As Slack is known to keep it, and as nobody foresaw. */
const STORED = storedBlocks(SHOWN);
const UNFORESEEN = SHOWN.map((block) => ({ ...block, beautiful: true }));
const READ_AS_WRITTEN: readonly unknown[] = [SHOWN, STORED, UNFORESEEN];
const { blocks: WINDOW } = fullModal(
  { ...VIEW, channel: CHANNEL },
  { ...VIEW.checkpoint, channel: CHANNEL, messageID: MESSAGE },
);
const ASKED: Checkpoint = {
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'Checkpoint',
  metadata: { name, namespace, uid },
  spec: { action: 'a' },
  status: {
    notifications: [
      {
        provider: 'Slack',
        channel: CHANNEL,
        state: 'Sent',
        messageID: MESSAGE,
        renderedHash: hash,
        storedHash: contentHash(UNFORESEEN),
        attempts: 1,
      },
    ],
  },
};

const log = pino({ level: 'silent' });
const clicks: Click[] = [];
const told: string[] = [];
const rewritten: string[] = [];
const opened: string[] = [];
// Slack's servers: everybody is a full member, and every answer is taken.
const web = {
  identity: () => Promise.resolve({ team: TEAM, appId: APP, botId: 'B0', userId: 'U0' }),
  user: () => Promise.resolve({ team_id: TEAM }),
  client: {
    views: {
      open: ({ view }: { view: { callback_id: string } }) =>
        Promise.resolve(void opened.push(view.callback_id)).then(() => ({})),
    },
    chat: { postEphemeral: ({ text }: { text: string }) => Promise.resolve(told.push(text)) },
  },
} as unknown as SlackWeb;

let app: App;
beforeAll(async () => {
  const receiver: Receiver = {
    init: () => undefined,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  app = new App({
    receiver,
    logger: SILENT,
    convoStore: false,
    deferInitialization: true,
    authorize: () => Promise.resolve({ botToken: 'xoxb-1', botId: 'B0', botUserId: 'U0' }),
  });
  app.error(() => Promise.resolve());
  const find = (inNamespace: string, called: string) =>
    inNamespace === namespace && called === name ? ASKED : undefined;
  listen(app, {
    web,
    log,
    modals: new OpenModals(web, log),
    checkpoints: {
      cached: find,
      read: (inNamespace, called) => Promise.resolve(find(inNamespace, called)),
      view: () => ({ ...VIEW, channel: CHANNEL }),
      record: (click) => {
        clicks.push(click);
        return Promise.resolve({ outcome: 'Recorded' });
      },
      showAnew: ({ metadata }) => Promise.resolve(void rewritten.push(metadata.name)),
    },
  });
  await app.init();
});
const forget = (): void => {
  for (const all of [clicks, opened, rewritten]) all.length = 0;
};
beforeEach(forget);

/** The right value mostly, so that cases with one thing wrong are common. */
const or = <T>(right: T, wrong: fc.Arbitrary<unknown> = nastyText) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(right) }, wrong);
const reference = fc.record({
  namespace: or(namespace),
  name: or(name),
  uid: or(uid),
  channel: or(CHANNEL),
  messageID: or(MESSAGE),
});
const press = fc.record({
  app: or(APP),
  team: or(TEAM),
  channel: or(CHANNEL),
  message: or(MESSAGE),
  reference: fc.oneof({ weight: 8, arbitrary: reference }, nastyJson),
  value: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, nastyText),
  blocks: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<unknown>(...READ_AS_WRITTEN) },
    fc.oneof(nastyJson, fc.array(nastyJson), fc.shuffledSubarray(SHOWN), fc.shuffledSubarray(STORED)),
  ),
  rest: nastyJson,
});
type Press = typeof press extends fc.Arbitrary<infer T> ? T : never;

const claimOf = (made: Press): string => made.value ?? JSON.stringify(made.reference);

function isTrue(made: Press, channel: unknown, message: unknown): boolean {
  const claimed = (made.value === undefined ? made.reference : {}) as Record<string, unknown>;
  const right = claimed?.['namespace'] === namespace && claimed['name'] === name && claimed['uid'] === uid;
  const place = made.app === APP && made.team === TEAM && channel === CHANNEL && message === MESSAGE;
  return right && place;
}

async function deliver(body: object): Promise<void> {
  const ack = () => Promise.resolve();
  // Bolt itself refuses what is no payload at all; what fails in code of ours is no such refusal.
  await app
    .processEvent({ body, ack, retryNum: undefined, retryReason: undefined } as never)
    .catch((error: Error) => expect(error.stack).not.toContain('/operator/'));
}

describe('a click', () => {
  it('is recorded where all of it is true, and in no other case', async () => {
    let recorded = 0;
    await fc.assert(
      fc.asyncProperty(press, async (made) => {
        forget();
        await deliver({
          type: 'block_actions',
          api_app_id: made.app,
          team: { id: made.team },
          user: { id: 'U0MIA00001' },
          container: { channel_id: made.channel, message_ts: made.message },
          message: { blocks: made.blocks },
          response_url: 'http://127.0.0.1:1/',
          actions: [
            { type: 'button', action_id: 'approvalgate_approve', block_id: 'b', value: claimOf(made) },
          ],
          ...{ rest: made.rest },
        });
        const saw = READ_AS_WRITTEN.some((blocks) => JSON.stringify(made.blocks) === JSON.stringify(blocks));
        const ours = isTrue(made, made.channel, made.message);
        expect(clicks).toHaveLength(Number(ours && saw));
        // What is ours and reads otherwise opens the full request and is written again; nothing else does.
        expect(opened).toHaveLength(Number(ours && !saw));
        expect(rewritten).toHaveLength(Number(ours && !saw));
        recorded += clicks.length;
        for (const click of clicks) expect(click.checkpoint.metadata).toEqual({ namespace, name, uid });
      }),
      { numRuns: CASES },
    );
    expect(recorded).toBeGreaterThan(CASES / 20);
  });

  it('in a window of the full request is recorded where the window reads as ours does, and in no other case', async () => {
    let recorded = 0;
    const shown = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<unknown>(WINDOW, storedBlocks(WINDOW)) },
      fc.oneof(nastyJson, fc.array(nastyJson), fc.shuffledSubarray(WINDOW)),
    );
    await fc.assert(
      fc.asyncProperty(press, shown, async (made, blocks) => {
        forget();
        const { channel, messageID } = (made.reference ?? {}) as Record<string, unknown>;
        await deliver({
          type: 'view_submission',
          api_app_id: made.app,
          team: { id: made.team },
          user: { id: 'U0MIA00001' },
          view: {
            type: 'modal',
            id: 'V1',
            callback_id: MODALS.full,
            private_metadata: claimOf(made),
            blocks,
          },
        });
        const saw = Array.isArray(blocks) && contentHash(blocks) === contentHash(WINDOW);
        expect(clicks).toHaveLength(saw && isTrue(made, channel, messageID) ? 1 : 0);
        recorded += clicks.length;
      }),
      { numRuns: CASES },
    );
    expect(recorded).toBeGreaterThan(CASES / 20);
  });

  it('in a window is recorded where the window is one of ours, and in no other case', async () => {
    let recorded = 0;
    await fc.assert(
      fc.asyncProperty(press, nastyText, async (made, reason) => {
        forget();
        const { channel, messageID } = (made.reference ?? {}) as Record<string, unknown>;
        await deliver({
          type: 'view_submission',
          api_app_id: made.app,
          team: { id: made.team },
          user: { id: 'U0MIA00001' },
          view: {
            type: 'modal',
            callback_id: MODALS.deny,
            private_metadata: claimOf(made),
            state: { values: { [REASON.block]: { [REASON.action]: { value: reason } } } },
          },
        });
        expect(clicks).toHaveLength(isTrue(made, channel, messageID) ? 1 : 0);
        recorded += clicks.length;
      }),
      { numRuns: CASES },
    );
    expect(recorded).toBeGreaterThan(CASES / 20);
  });

  it('of any other shape is recorded never', async () => {
    await fc.assert(
      fc.asyncProperty(nastyJson, nastyJson, async (body, actions) => {
        await deliver(typeof body === 'object' && body !== null ? body : {});
        await deliver({ type: 'block_actions', actions, user: body, team: body, container: body });
      }),
      { numRuns: CASES / 2 },
    );
    expect(clicks).toEqual([]);
  });
});
