import type { CheckpointSpec, Outcome } from '../../../crds/types.ts';
import { CHANNELS } from './slack.ts';

/** Kinds of questions under load, by who is meant to decide them. */
export type Kind = 'approved by rule' | 'denied by rule' | 'by deadline' | 'by review' | 'by click';

/** What each is asked with, and how it ends when nothing is in the way. */
export interface Shape {
  readonly kind: Kind;
  readonly spec: CheckpointSpec;
  /** A person's may time out, where no review came in time. */
  readonly outcomes: readonly Outcome[];
}

/** Long enough for a change of the leader, and what a person needs besides. */
const PERSON_SECONDS = 60;

const TRANSFER = 'wire_transfer_';

const approved: Shape = {
  kind: 'approved by rule',
  spec: { action: 'process_refund', context: { amount: 12, order: 'A-1042' } },
  outcomes: ['Approved'],
};
const denied: Shape = {
  kind: 'denied by rule',
  spec: { action: 'delete_backup', context: { bucket: 'invoices' } },
  outcomes: ['Denied'],
};
const late: Shape = {
  kind: 'by deadline',
  spec: { action: 'change_limit', context: { limit: 5000 }, timeoutSeconds: 10 },
  outcomes: ['TimedOut'],
};
const reviewed: Shape = {
  kind: 'by review',
  spec: { action: 'change_limit', context: { limit: 900 }, timeoutSeconds: PERSON_SECONDS },
  outcomes: ['Approved', 'TimedOut'],
};
const clicked = (channel: number): Shape => ({
  kind: 'by click',
  spec: {
    action: `${TRANSFER}${channel}`,
    context: { amount: 980, iban: 'DE02 1203 0000 0000 2020 51' },
    timeoutSeconds: PERSON_SECONDS,
  },
  outcomes: ['Approved', 'TimedOut'],
});

/** Nobody answers it, so that its deadline decides. */
export function isLeftToDeadline({ action, timeoutSeconds }: CheckpointSpec): boolean {
  return action === late.spec.action && timeoutSeconds === late.spec.timeoutSeconds;
}

/** It is answered in Slack, and nowhere else. */
export function isClicked({ action }: CheckpointSpec): boolean {
  return action.startsWith(TRANSFER);
}

/** The nth question: of 40, 22 are approved by rule, 8 denied, 8 left to their deadline, one reviewed, one clicked. */
export function shapeOf(n: number): Shape {
  const place = n % 40;
  if (place === 19) return reviewed;
  if (place === 39) return clicked(Math.floor(n / 40) % CHANNELS.length);
  if (place % 5 === 1) return denied;
  return place % 5 === 3 ? late : approved;
}

/** The rules that decide or route them. */
export const RULES: Readonly<Record<string, object>> = {
  'small-refunds': { actions: ['process_refund'], condition: 'amount < 50', decision: 'AutoApprove' },
  'no-deletion': { actions: ['delete_*'], decision: 'AutoDeny' },
  ...Object.fromEntries(
    CHANNELS.map((channel, i) => [
      `transfers-${i}`,
      {
        actions: [`${TRANSFER}${i}`],
        decision: 'RequireApproval',
        approval: { minApprovals: 1 },
        notify: { slack: { channel } },
      },
    ]),
  ),
};
