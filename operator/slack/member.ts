import { failureOf } from './failures.ts';
import type { SlackWeb } from './web.ts';

export type Membership =
  | { readonly state: 'Full' }
  | { readonly state: 'Refused'; readonly why: string }
  | { readonly state: 'Unknown' };

interface SlackUser {
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_invited_user?: boolean;
}

/** Asked at each click: whether this account is a full, active member of the bot's own workspace. */
export async function membershipOf(web: SlackWeb, user: string, team: string): Promise<Membership> {
  try {
    const answer = await web.client.users.info({ user });
    const why = refusal((answer.user ?? {}) as SlackUser, team);
    return why === undefined ? { state: 'Full' } : { state: 'Refused', why };
  } catch (error) {
    const { code } = failureOf(error);
    const unknown = code === 'user_not_found' || code === 'user_not_visible' || code === 'users_not_found';
    return unknown ? { state: 'Refused', why: 'you are not in the list of members.' } : { state: 'Unknown' };
  }
}

function refusal(user: SlackUser, team: string): string | undefined {
  if (user.team_id !== team || user.is_stranger) return 'you belong to another workspace.';
  if (user.deleted) return 'your account is deactivated.';
  if (user.is_restricted || user.is_ultra_restricted) return 'guests do not decide.';
  if (user.is_bot) return 'bots do not decide.';
  if (user.is_invited_user) return 'your invitation is not accepted yet.';
  return undefined;
}
