import type { App, BlockAction, ButtonAction, SlackViewAction, ViewSubmitAction } from '@slack/bolt';
import { Counter } from 'prom-client';
import { toError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { registry } from '../../metrics.ts';
import { SLACK } from '../api.ts';
import { line, marked } from '../render/blocks.ts';
import { unescapedOnce } from '../render/content-hash.ts';
import { MODALS, REASON } from '../render/modal.ts';
import { decodeModalReference } from '../render/reference.ts';
import { ACTIONS } from '../render/render.ts';
import { type ClickDeps, isSubject, type ReviewDraft, readsAsWritten, review, verify } from './clicks.ts';
import {
  type Interaction,
  type InteractionSubject,
  messageInteraction,
  modalInteraction,
} from './interaction.ts';
import { type ClickOutcome, MODAL_FAILED, type Reply, replyTo, SHOWN_INSTEAD } from './replies.ts';
import { ephemeral, type Respond, sendReply } from './respond.ts';

const clicks = new Counter({
  name: 'approvalgate_slack_clicks_total',
  help: 'Clicks in Slack by what the person was answered.',
  labelNames: ['answer'],
  registers: [registry],
});

export interface ListenerDeps extends ClickDeps {
  readonly log: Logger;
}

/** Registers what happens on each click. Every click is acknowledged first, and always answered. */
export function listen(app: App, deps: ListenerDeps): void {
  app.action<BlockAction<ButtonAction>>(ACTIONS.approve, async ({ ack, body, action, respond }) => {
    await ack();
    await reviewAndAnswer(deps, messageInteraction(body, action), { verdict: 'Approve' }, ephemeral(respond));
  });
  app.action<BlockAction<ButtonAction>>(ACTIONS.deny, async ({ ack, body, action, respond }) => {
    await ack();
    await openModal(deps, messageInteraction(body, action), 'deny', ephemeral(respond));
  });
  app.action<BlockAction<ButtonAction>>(ACTIONS.full, async ({ ack, body, action, respond }) => {
    await ack();
    await openModal(deps, messageInteraction(body, action), 'full', ephemeral(respond));
  });
  // Whatever else we may once have posted must still be answered, or Slack shows the person an error.
  app.action(/^approvalgate_(?!approve$|deny$|full$)/, async ({ ack, respond }) => {
    await ack();
    count('Outdated');
    await ephemeral(respond)(replyTo({ outcome: 'Outdated' }, 'Approve'));
  });
  app.view<ViewSubmitAction>(MODALS.deny, async ({ ack, body }) => {
    await ack();
    const reason = body.view.state.values[REASON.block]?.[REASON.action]?.value?.trim();
    const draft = { verdict: 'Deny', ...(reason ? { reason } : {}) } as const;
    await reviewFromModal(deps, body, draft);
  });
  app.view<ViewSubmitAction>(MODALS.full, async ({ ack, body }) => {
    await ack();
    await reviewFromModal(deps, body, { verdict: 'Approve' });
  });
}

async function reviewAndAnswer(
  deps: ListenerDeps,
  interaction: Interaction,
  draft: ReviewDraft,
  respond: Respond,
): Promise<void> {
  const outcome = await orFailure(deps, review(deps, interaction, draft));
  count(outcome.outcome);
  deps.log.info(
    {
      user: interaction.user,
      team: interaction.team,
      channel: interaction.channel,
      message: interaction.messageID,
      ...interaction.reference,
      verdict: draft.verdict,
      outcome: outcome.outcome,
    },
    'a click in Slack',
  );
  if (outcome.outcome === 'Gone') await showEnd(deps, interaction);
  const shown = outcome.outcome === 'Outdated' ? outcome.found : undefined;
  const said = shown ? await showInstead(deps, interaction, shown) : replyTo(outcome, draft.verdict);
  await sendReply(deps, respond, said);
}

/** A withdrawal that could not be shown when it happened is shown at the latest when somebody clicks. */
async function showEnd(
  { web, log }: ListenerDeps,
  { channel, messageID, blocks, place }: Interaction,
): Promise<void> {
  const content = unescapedOnce(blocks.filter(({ type }) => type !== 'actions'));
  if (place === 'Modal' || content.length === blocks.length) return;
  const end = line(marked('*Withdrawn*, or replaced by another request. Nobody has to decide any more.'));
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

async function openModal(
  deps: ListenerDeps,
  interaction: Interaction,
  kind: keyof typeof MODALS,
  respond: Respond,
): Promise<void> {
  const found = await orFailure(deps, verify(deps, interaction));
  if (!isSubject(found)) {
    if (found.outcome === 'Gone') await showEnd(deps, interaction);
    count(found.outcome);
    await sendReply(deps, respond, replyTo(found, kind === 'deny' ? 'Deny' : 'Approve'));
  } else if (!(await opened(deps, kind, found, interaction))) {
    await sendReply(deps, respond, MODAL_FAILED);
  }
}

async function opened(
  { modals, log }: ListenerDeps,
  kind: keyof typeof MODALS,
  found: InteractionSubject,
  interaction: Interaction,
): Promise<boolean> {
  try {
    await modals.open(kind, found, interaction);
    return true;
  } catch (error) {
    log.warn({ error: toError(error).message }, 'could not open a modal');
    return false;
  }
}

/** A click that does not count must not be in vain: it opens the full request, and the message is written again. */
async function showInstead(
  deps: ListenerDeps,
  interaction: Interaction,
  found: InteractionSubject,
): Promise<Reply> {
  const said = (await opened(deps, 'full', found, interaction))
    ? SHOWN_INSTEAD
    : replyTo({ outcome: 'Outdated' }, 'Approve');
  const { channel, messageID } = interaction;
  if (interaction.place === 'Message' && !readsAsWritten(interaction, found)) {
    await deps.checkpoints
      .showAnew(found.checkpoint, { provider: SLACK, channel, messageID })
      .catch((error: unknown) => {
        deps.log.warn(
          { ...interaction.reference, error: toError(error).message },
          'could not have a message rewritten',
        );
      });
  }
  return said;
}

/** A submission has no channel to answer into but the one the modal came from. */
async function reviewFromModal(deps: ListenerDeps, body: SlackViewAction, draft: ReviewDraft): Promise<void> {
  const reference = decodeModalReference(body.view.private_metadata);
  const respond: Respond = ({ text, blocks }) =>
    deps.web.client.chat.postEphemeral({
      channel: reference?.channel ?? '',
      user: body.user.id,
      text,
      blocks,
    });
  await reviewAndAnswer(deps, modalInteraction(body, reference), draft, respond);
}

function count(answer: ClickOutcome['outcome']): void {
  clicks.inc({ answer });
}
