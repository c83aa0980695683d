import type { Checkpoint, Verdict } from '../../../crds/types.ts';
import type { ClickResult } from '../../messages/click.ts';
import type { CheckpointAccess } from '../../messages/provider.ts';
import { notificationFor } from '../../model/channel-ref.ts';
import { SLACK, slackAccount } from '../api.ts';
import type { BotIdentity, SlackWeb } from '../connection/web.ts';
import { contentHash } from '../render/content-hash.ts';
import { fullModal } from '../render/modal.ts';
import type { Reference } from '../render/reference.ts';
import { render } from '../render/render.ts';
import type { Interaction, InteractionSubject } from './interaction.ts';
import { membershipOf } from './member.ts';
import type { OpenModals } from './modals.ts';
import type { ClickOutcome, ClickRefusal } from './replies.ts';

export interface ClickDeps {
  readonly checkpoints: CheckpointAccess;
  readonly web: SlackWeb;
  readonly modals: OpenModals;
}

/** By what is in memory: is this our own button, under our own message, on this very object? */
function cachedSubject(
  checkpoints: CheckpointAccess,
  interaction: Interaction,
): InteractionSubject | ClickOutcome {
  const { reference } = interaction;
  if (reference === undefined) return { outcome: 'Unreadable' };
  return subjectIn(
    checkpoints,
    interaction,
    reference,
    checkpoints.cached(reference.namespace, reference.name),
  );
}

function subjectIn(
  checkpoints: CheckpointAccess,
  interaction: Interaction,
  reference: Reference,
  checkpoint: Checkpoint | undefined,
): InteractionSubject | ClickOutcome {
  if (checkpoint?.metadata.uid !== reference.uid) return { outcome: 'Gone' };
  const channel = { provider: SLACK, channel: interaction.channel };
  const posted = notificationFor(checkpoint, channel);
  if (posted === undefined || posted.messageID !== interaction.messageID) return { outcome: 'NotOurs' };
  const { renderedHash, storedHash } = posted;
  const written = [renderedHash, storedHash].filter((hash) => hash !== undefined);
  return { checkpoint, reference, view: checkpoints.view(checkpoint, channel), written };
}

/**
 * The watch may be behind: an object that it no longer shows may be settled, and one that it shows may not have the
 * message recorded yet, or not as it reads now. Then the API server knows.
 */
async function subjectOf(
  checkpoints: CheckpointAccess,
  interaction: Interaction,
): Promise<InteractionSubject | ClickOutcome> {
  const cached = cachedSubject(checkpoints, interaction);
  const { reference } = interaction;
  if (reference === undefined) return cached;
  if (isSubject(cached) && (interaction.place === 'Modal' || readsAsWritten(interaction, cached)))
    return cached;
  return subjectIn(
    checkpoints,
    interaction,
    reference,
    await checkpoints.read(reference.namespace, reference.name),
  );
}

export function isSubject(found: InteractionSubject | ClickOutcome): found is InteractionSubject {
  return 'checkpoint' in found;
}

export interface ReviewDraft {
  readonly verdict: Verdict;
  readonly reason?: string;
}

/** Records a review: everything is verified again, then it is stored. */
export async function review(
  deps: ClickDeps,
  interaction: Interaction,
  draft: ReviewDraft,
): Promise<ClickOutcome> {
  const found = await verify(deps, interaction);
  if (!isSubject(found)) return found;
  if (draft.verdict === 'Approve' && !sawEverything(deps.modals, interaction, found)) {
    return { outcome: 'Outdated', found };
  }
  return recordDraft(deps, interaction, found, draft);
}

/**
 * Approving needs that all of the request was shown, and nothing else: in the message as the operator wrote it, or as
 * Slack answered that it keeps it, where it hides nothing; or in the full request. Others can rewrite a message or open a
 * modal: with the bot's token, or by the address for answers that comes with each click.
 */
function sawEverything(modals: OpenModals, interaction: Interaction, found: InteractionSubject): boolean {
  if (interaction.place === 'Message')
    return render(found.view).complete && readsAsWritten(interaction, found);
  const { channel, messageID } = interaction;
  const { submit, blocks } = fullModal(found.view, { ...found.reference, channel, messageID });
  return submit !== undefined && modals.shows(interaction, blocks);
}

export function readsAsWritten({ blocks }: Interaction, { written }: InteractionSubject): boolean {
  return written.includes(contentHash(blocks));
}

/** What an interaction is about, or why it counts for nothing; records nothing. */
export async function verify(
  { checkpoints, web }: ClickDeps,
  interaction: Interaction,
): Promise<InteractionSubject | ClickOutcome> {
  const refusal = await foreign(web, interaction);
  if (refusal !== undefined) return refusal;
  const found = await subjectOf(checkpoints, interaction);
  if (!isSubject(found)) return found;
  const decision = found.checkpoint.status?.decision;
  return decision === undefined ? found : { outcome: 'AlreadyDecided', decision };
}

/** One app serves one installation; and who is no member of its workspace is nobody here. */
async function foreign(web: SlackWeb, interaction: Interaction): Promise<ClickRefusal | undefined> {
  try {
    const bot = await web.identity();
    if (interaction.appId !== bot.appId || !comesFromOurs(interaction, bot)) return { outcome: 'NotOurs' };
    const membership = await membershipOf(web, interaction.user, bot);
    if (membership.state === 'Refused') return { outcome: 'NotMember', why: membership.why };
    return membership.state === 'Unknown' ? { outcome: 'LookupFailed' } : undefined;
  } catch {
    return { outcome: 'LookupFailed' };
  }
}

/** From our workspace, or from another one of its organisation, whose members a channel may be shared with. */
function comesFromOurs({ team, enterprise }: Interaction, bot: BotIdentity): boolean {
  return team === bot.team || (bot.enterprise !== undefined && enterprise === bot.enterprise);
}

/** The account is the one of the workspace that was clicked in; Slack names none where it is the whole organisation. */
async function recordDraft(
  { checkpoints, web }: ClickDeps,
  interaction: Interaction,
  { checkpoint }: InteractionSubject,
  draft: ReviewDraft,
): Promise<ClickResult> {
  const { user, channel, messageID } = interaction;
  const team = interaction.team || (await web.identity()).team;
  return checkpoints.record({
    account: slackAccount({ team, user }),
    via: { type: SLACK, slack: { team, user, channel, messageID } },
    checkpoint,
    verdict: draft.verdict,
    ...(draft.reason ? { reason: draft.reason } : {}),
  });
}
