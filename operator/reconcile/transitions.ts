import type { Checkpoint, Condition, Notification } from '../../crds/types.ts';
import { notificationFor } from '../model/channel-ref.ts';

/** Something worth an Event on the checkpoint. */
export interface Transition {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

/**
 * What a write brought about, for people who follow Events. A rule's decision is none: the status says it, and
 * thousands of such Events would hide the few that matter.
 */
export function transitionsBetween(before: Checkpoint, after: Checkpoint): Transition[] {
  return [
    ...askedWithoutMessage(before, after),
    ...newlySent(before, after),
    ...newlyFailed(before, after),
    ...decidedByPeopleOrTime(before, after),
  ];
}

/** People are asked, and there is no channel where they would read it: the condition says why. */
function askedWithoutMessage(before: Checkpoint, after: Checkpoint): Transition[] {
  const untold = messagesOf(after).length === 0 ? notifiedOf(after) : undefined;
  const asked = after.status?.requirements !== undefined && before.status?.requirements === undefined;
  if (!asked || after.status?.decision !== undefined || untold === undefined) return [];
  return [
    {
      type: 'Warning',
      reason: untold.reason,
      action: 'Notify',
      note: `A review is awaited, and no message asks for it. ${untold.message}`,
    },
  ];
}

function notifiedOf({ status }: Checkpoint): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Notified');
}

function newlySent(before: Checkpoint, after: Checkpoint): Transition[] {
  return messagesOf(after)
    .filter(({ messageID }) => messageID !== undefined && after.status?.requirements !== undefined)
    .filter((message) => notificationFor(before, message)?.messageID === undefined)
    .map(({ provider, channel }) => ({
      type: 'Normal',
      reason: 'ReviewRequested',
      action: 'Notify',
      note: `Asked for a review in ${provider} channel ${channel}.`,
    }));
}

function newlyFailed(before: Checkpoint, after: Checkpoint): Transition[] {
  return messagesOf(after)
    .filter(({ lastError }) => lastError !== undefined)
    .filter((message) => notificationFor(before, message)?.lastError !== message.lastError)
    .map(({ provider, channel, lastError }) => ({
      type: 'Warning',
      reason: 'DeliveryFailed',
      action: 'Notify',
      note: `${provider} channel ${channel}: ${lastError}`,
    }));
}

function decidedByPeopleOrTime(before: Checkpoint, after: Checkpoint): Transition[] {
  const decision = after.status?.decision;
  if (decision === undefined || before.status?.decision !== undefined) return [];
  if (decision.decidedBy.type !== 'Person' && decision.decidedBy.type !== 'Deadline') return [];
  return [
    {
      type: decision.outcome === 'Approved' ? 'Normal' : 'Warning',
      reason: decision.reason,
      action: 'Decide',
      note: decision.message ?? decision.reason,
    },
  ];
}

/** When people were asked: since then `Decided` is False with this reason. */
export function askedAt({ status }: Checkpoint): Date | undefined {
  const asked = status?.conditions?.find(isAsked);
  return asked === undefined ? undefined : new Date(asked.lastTransitionTime);
}

function isAsked({ type, status, reason }: Condition): boolean {
  return type === 'Decided' && status === 'False' && reason === 'AwaitingReview';
}

function messagesOf({ status }: Checkpoint): readonly Notification[] {
  return status?.notifications ?? [];
}
