import { failureOf } from '../connection/failures.ts';
import type { BotIdentity, SlackWeb } from '../connection/web.ts';

type Membership =
  | { readonly state: 'Full' }
  | { readonly state: 'Refused'; readonly why: string }
  | { readonly state: 'Unknown' };

interface SlackUser {
  readonly team_id?: string | null;
  /** On Enterprise Grid: the organisation, and the workspaces of it that the person is in. */
  readonly enterprise_user?: { readonly enterprise_id?: string; readonly teams?: readonly string[] } | null;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_invited_user?: boolean;
}

/** Where the app is installed. */
type Home = Pick<BotIdentity, 'team' | 'enterprise'>;

/** Asked at each click: whether this account is a full, active member of the bot's own workspace. */
export async function membershipOf(web: SlackWeb, user: string, home: Home): Promise<Membership> {
  try {
    const told = await web.user(user);
    if (typeof told !== 'object' || told === null) return { state: 'Unknown' };
    const why = refusal(told, home);
    return why === undefined ? { state: 'Full' } : { state: 'Refused', why };
  } catch (error) {
    const { code } = failureOf(error);
    const unknown = code === 'user_not_found' || code === 'user_not_visible' || code === 'users_not_found';
    return unknown ? { state: 'Refused', why: 'you are not in the list of members.' } : { state: 'Unknown' };
  }
}

function refusal(user: SlackUser, home: Home): string | undefined {
  if (user.is_stranger || !isMember(user, home)) return 'you belong to another workspace.';
  if (user.deleted) return 'your account is deactivated.';
  if (user.is_restricted || user.is_ultra_restricted) return 'guests do not decide.';
  if (user.is_bot) return 'bots do not decide.';
  if (user.is_invited_user) return 'your invitation is not accepted yet.';
  return undefined;
}

/**
 * On Enterprise Grid an account has the `team_id` of any of its workspaces, of the organisation, or none; the list of its
 * workspaces decides where there is one. Source: Slack's guide on Enterprise Grid and the reference of user objects.
 */
function isMember({ team_id, enterprise_user }: SlackUser, { team, enterprise }: Home): boolean {
  if (team_id === team) return true;
  if (enterprise === undefined || (enterprise_user?.enterprise_id ?? enterprise) !== enterprise) return false;
  return enterprise_user?.teams?.includes(team) ?? (team_id ?? enterprise) === enterprise;
}
