import type { Checkpoint, Verdict } from '../../../crds/types.ts';
import type { MessageView } from '../../messages/message.ts';
import type { Click, RecordOutcome } from '../../reviews/record.ts';
import type { BotIdentity, SlackWeb } from '../connection/web.ts';
import { hashOfShown } from '../render/content-hash.ts';
import { fullModal } from '../render/modal.ts';
import type { Reference } from '../render/reference.ts';
import { render } from '../render/render.ts';
import type { Found, Press } from './interaction.ts';
import { membershipOf } from './member.ts';
import type { Windows } from './modals.ts';
import type { ClickOutcome, ClickRefusal } from './replies.ts';

/** What clicks need of the rest of the operator. */
export interface Desk {
  /** From the watch, which shows what is not settled. */
  checkpoint(namespace: string, name: string): Checkpoint | undefined;
  /** From the API server. */
  read(namespace: string, name: string): Promise<Checkpoint | undefined>;
  view(checkpoint: Checkpoint, channel: string): MessageView;
  record(click: Click): Promise<RecordOutcome>;
  /** Has the message written again, as the object says. */
  showAnew(checkpoint: Checkpoint, message: Pick<Press, 'channel' | 'messageID'>): Promise<void>;
}

export interface ClickDeps {
  readonly desk: Desk;
  readonly web: SlackWeb;
  readonly windows: Windows;
}

/** By what is in memory: is this our own button, under our own message, on this very object? */
function find(desk: Desk, press: Press): Found | ClickOutcome {
  const { reference } = press;
  if (reference === undefined) return { outcome: 'Unreadable' };
  return match(desk, press, reference, desk.checkpoint(reference.namespace, reference.name));
}

function match(
  desk: Desk,
  press: Press,
  reference: Reference,
  checkpoint: Checkpoint | undefined,
): Found | ClickOutcome {
  if (checkpoint?.metadata.uid !== reference.uid) return { outcome: 'Gone' };
  const posted = checkpoint.status?.notifications?.find(({ channel }) => channel === press.channel);
  if (posted === undefined || posted.messageID !== press.messageID) return { outcome: 'NotOurs' };
  const { renderedHash, storedHash } = posted;
  const written = [renderedHash, storedHash].filter((hash) => hash !== undefined);
  return { checkpoint, reference, view: desk.view(checkpoint, press.channel), written };
}

/**
 * The watch may be behind: an object that it no longer shows may be settled, and one that it shows may not have the
 * message recorded yet, or not as it reads now. Then the API server knows.
 */
async function findAnywhere(desk: Desk, press: Press): Promise<Found | ClickOutcome> {
  const cached = find(desk, press);
  const { reference } = press;
  if (reference === undefined) return cached;
  if (isFound(cached) && (press.place === 'Window' || readsAsWritten(press, cached))) return cached;
  return match(desk, press, reference, await desk.read(reference.namespace, reference.name));
}

export function isFound(found: Found | ClickOutcome): found is Found {
  return 'checkpoint' in found;
}

export interface Vote {
  readonly verdict: Verdict;
  readonly reason?: string;
}

/** Takes a vote: every check again, then the record. */
export async function vote(deps: ClickDeps, press: Press, cast: Vote): Promise<ClickOutcome> {
  const found = await check(deps, press);
  if (!isFound(found)) return found;
  if (cast.verdict === 'Approve' && !sawEverything(deps.windows, press, found)) {
    return { outcome: 'Outdated', found };
  }
  return recordVote(deps, press, found, cast);
}

/**
 * Approving needs that all of the request was shown, and nothing else: in the message as the operator wrote it, or as
 * Slack answered that it keeps it, where it hides nothing; or in the full request. Others can rewrite a message or open a
 * window: with the bot's token, or by the address for answers that comes with each click.
 */
function sawEverything(windows: Windows, press: Press, found: Found): boolean {
  if (press.place === 'Message') return render(found.view).complete && readsAsWritten(press, found);
  const { channel, messageID } = press;
  const { submit, blocks } = fullModal(found.view, { ...found.reference, channel, messageID });
  return submit !== undefined && windows.shows(press, blocks);
}

export function readsAsWritten({ blocks }: Press, { written }: Found): boolean {
  return written.includes(hashOfShown(blocks));
}

/** What a press is about, or why it counts for nothing; records nothing. */
export async function check({ desk, web }: ClickDeps, press: Press): Promise<Found | ClickOutcome> {
  const refusal = await foreign(web, press);
  if (refusal !== undefined) return refusal;
  const found = await findAnywhere(desk, press);
  if (!isFound(found)) return found;
  const decision = found.checkpoint.status?.decision;
  return decision === undefined ? found : { outcome: 'AlreadyDecided', decision };
}

/** One app serves one installation; and who is no member of its workspace is nobody here. */
async function foreign(web: SlackWeb, press: Press): Promise<ClickRefusal | undefined> {
  try {
    const bot = await web.identity();
    if (press.appId !== bot.appId || !comesFromOurs(press, bot)) return { outcome: 'NotOurs' };
    const membership = await membershipOf(web, press.user, bot);
    if (membership.state === 'Refused') return { outcome: 'NotMember', why: membership.why };
    return membership.state === 'Unknown' ? { outcome: 'LookupFailed' } : undefined;
  } catch {
    return { outcome: 'LookupFailed' };
  }
}

/** From our workspace, or from another one of its organisation, whose members a channel may be shared with. */
function comesFromOurs({ team, enterprise }: Press, bot: BotIdentity): boolean {
  return team === bot.team || (bot.enterprise !== undefined && enterprise === bot.enterprise);
}

/** The account is the one of the workspace that was clicked in; Slack names none where it is the whole organisation. */
async function recordVote(
  { desk, web }: ClickDeps,
  press: Press,
  { checkpoint }: Found,
  cast: Vote,
): Promise<RecordOutcome> {
  const { user, channel, messageID } = press;
  const team = press.team || (await web.identity()).team;
  return desk.record({
    slack: { team, user, channel, messageID },
    checkpoint,
    verdict: cast.verdict,
    ...(cast.reason ? { reason: cast.reason } : {}),
  });
}
