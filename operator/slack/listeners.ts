import type { App, BlockAction, ButtonAction, SlackViewAction, ViewSubmitAction } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { Counter } from 'prom-client';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import { answerTo, type ClickOutcome } from './answers.ts';
import { marked } from './blocks.ts';
import { check, type Desk, isFound, type Press, type Vote, vote } from './clicks.ts';
import { denyModal, fullModal, MODALS, REASON } from './modal.ts';
import { decodeModalReference, decodeReference, type ModalReference } from './reference.ts';
import { ACTIONS } from './render.ts';
import type { SlackWeb } from './web.ts';

const clicks = new Counter({
  name: 'approvalgate_slack_clicks_total',
  help: 'Clicks in Slack by what the person was answered.',
  labelNames: ['answer'],
  registers: [registry],
});

export interface ListenerDeps {
  readonly desk: Desk;
  readonly web: SlackWeb;
  readonly log: Logger;
}

type Respond = (text: string) => Promise<unknown>;

/** Registers what happens on each click. Every click is acknowledged first, and always answered. */
export function listen(app: App, deps: ListenerDeps): void {
  app.action<BlockAction<ButtonAction>>(ACTIONS.approve, async ({ ack, body, action, respond }) => {
    await ack();
    const press = pressOf(body, action);
    await castAndAnswer(deps, press, { verdict: 'Approve' }, ephemeral(respond));
  });
  app.action<BlockAction<ButtonAction>>(ACTIONS.deny, async ({ ack, body, action, respond }) => {
    await ack();
    const opening = { kind: 'deny', triggerId: body.trigger_id } as const;
    await openModal(deps, pressOf(body, action), opening, ephemeral(respond));
  });
  app.action<BlockAction<ButtonAction>>(ACTIONS.full, async ({ ack, body, action, respond }) => {
    await ack();
    const opening = { kind: 'full', triggerId: body.trigger_id } as const;
    await openModal(deps, pressOf(body, action), opening, ephemeral(respond));
  });
  // Whatever else we may once have posted must still be answered, or Slack shows the person an error.
  app.action(/^approvalgate_(?!approve$|deny$|full$)/, async ({ ack, respond }) => {
    await ack();
    await ephemeral(respond)(answerTo(counted({ outcome: 'Outdated' }), 'Approve'));
  });
  app.view<ViewSubmitAction>(MODALS.deny, async ({ ack, body }) => {
    await ack();
    const reason = body.view.state.values[REASON.block]?.[REASON.action]?.value?.trim();
    const cast = { verdict: 'Deny', ...(reason ? { reason } : {}) } as const;
    await castFromModal(deps, body, cast);
  });
  app.view<ViewSubmitAction>(MODALS.full, async ({ ack, body }) => {
    await ack();
    await castFromModal(deps, body, { verdict: 'Approve' });
  });
}

async function castAndAnswer(deps: ListenerDeps, press: Press, cast: Vote, respond: Respond): Promise<void> {
  const outcome = counted(await orFailure(deps, vote(deps.desk, deps.web, press, cast)));
  deps.log.info(
    {
      user: press.user,
      team: press.team,
      channel: press.channel,
      message: press.messageID,
      ...press.reference,
      verdict: cast.verdict,
      outcome: outcome.outcome,
    },
    'a click in Slack',
  );
  if (outcome.outcome === 'Gone') await showEnd(deps, press);
  await answer(deps, respond, answerTo(outcome, cast.verdict));
}

/** A withdrawal that could not be shown when it happened is shown at the latest when somebody clicks. */
async function showEnd(
  { web, log }: ListenerDeps,
  { channel, messageID, blocks, place }: Press,
): Promise<void> {
  const content = blocks.filter(({ type }) => type !== 'actions');
  if (place === 'Window' || content.length === blocks.length) return;
  const end = marked('*Withdrawn*, or replaced by another request. Nobody has to decide any more.');
  try {
    await web.client.chat.update({ channel, ts: messageID, text: 'Withdrawn', blocks: [...content, end] });
  } catch (error) {
    log.warn({ channel, message: messageID, error: toError(error).message }, 'could not show a withdrawal');
  }
}

/** Whatever goes wrong is an answer too: a click must never be met with silence. */
async function orFailure<T>(deps: ListenerDeps, work: Promise<T>): Promise<T | ClickOutcome> {
  try {
    return await work;
  } catch (error) {
    deps.log.warn({ error: toError(error).message }, 'a click could not be looked into');
    return { outcome: 'Failed', message: 'Something failed on the way. Try again in a moment.' };
  }
}

/** Slack lets a click open a modal for three seconds only: what is in memory, and reads as it should, is not read again. */
async function openModal(
  deps: ListenerDeps,
  press: Press,
  { kind, triggerId }: { readonly kind: keyof typeof MODALS; readonly triggerId: string },
  respond: Respond,
): Promise<void> {
  const found = await orFailure(deps, check(deps.desk, deps.web, press));
  if (!isFound(found)) {
    if (found.outcome === 'Gone') await showEnd(deps, press);
    await answer(deps, respond, answerTo(counted(found), kind === 'deny' ? 'Deny' : 'Approve'));
    return;
  }
  const reference = { ...found.reference, channel: press.channel, messageID: press.messageID };
  const view = (kind === 'deny' ? denyModal : fullModal)(found.view, reference);
  try {
    await deps.web.client.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    deps.log.warn({ error: toError(error).message }, 'could not open a modal');
    await answer(deps, respond, 'Slack did not open the window in time. Click once more.');
  }
}

/** A submission has no channel to answer into but the one the modal came from. */
async function castFromModal(deps: ListenerDeps, body: SlackViewAction, cast: Vote): Promise<void> {
  const reference = decodeModalReference(body.view.private_metadata);
  const respond: Respond = (text) =>
    deps.web.client.chat.postEphemeral({ channel: reference?.channel ?? '', user: body.user.id, text });
  await castAndAnswer(deps, modalPress(body, reference), cast, respond);
}

function pressOf(body: BlockAction<ButtonAction>, action: ButtonAction): Press {
  const { container } = body as { container?: { channel_id?: string; message_ts?: string } };
  return {
    appId: body.api_app_id,
    team: body.team?.id ?? '',
    user: body.user.id,
    channel: container?.channel_id ?? '',
    messageID: container?.message_ts ?? '',
    reference: decodeReference(action.value),
    place: 'Message',
    blocks: blocksOf(body.message),
  };
}

/** All that people read: attachments and files are not ours, and nobody's words may stand beside ours unseen by us. */
function blocksOf(message: unknown): KnownBlock[] {
  const { blocks, attachments, files } = (message ?? {}) as Record<string, unknown>;
  const parts = [blocks, attachments, files].flatMap((part) => (Array.isArray(part) ? part : []));
  return parts.filter((part): part is KnownBlock => typeof part === 'object' && part !== null);
}

function modalPress(body: SlackViewAction, reference: ModalReference | undefined): Press {
  const { api_app_id: appId = '' } = body as { api_app_id?: string };
  const { channel = '', messageID = '' } = reference ?? {};
  return {
    appId,
    team: body.team?.id ?? '',
    user: body.user.id,
    channel,
    messageID,
    reference,
    place: 'Window',
    blocks: blocksOf(body.view),
  };
}

function ephemeral(
  respond: (message: {
    response_type: 'ephemeral';
    replace_original: false;
    text: string;
  }) => Promise<unknown>,
): Respond {
  return (text) => respond({ response_type: 'ephemeral', replace_original: false, text });
}

/** The record stands even if the person cannot be told; the message in the channel will show it. */
async function answer({ log }: ListenerDeps, respond: Respond, text: string): Promise<void> {
  try {
    await respond(text);
  } catch (error) {
    log.warn({ error: toError(error).message }, 'could not answer a click');
  }
}

function counted(outcome: ClickOutcome): ClickOutcome {
  clicks.inc({ answer: outcome.outcome });
  return outcome;
}
