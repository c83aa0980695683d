import type { KnownBlock, MessageMetadata, ModalView } from '@slack/types';

/** Any JSON object that crosses the wire and is not looked into here. */
export type Json = { readonly [key: string]: unknown };

/** What Slack's users.info tells about an account beyond what every account has. */
export interface UserFlags {
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_bot?: boolean;
  readonly is_invited_user?: boolean;
  readonly deleted?: boolean;
  /** Another team's id makes the person an outsider of a shared channel; null leaves it out. */
  readonly team_id?: string | null;
  /** On Enterprise Grid: the person's organisation and workspaces. */
  readonly enterprise_user?: { readonly enterprise_id: string; readonly teams: readonly string[] };
}

export interface ChannelFlags {
  readonly is_ext_shared?: boolean;
  readonly is_shared?: boolean;
  readonly is_org_shared?: boolean;
}

export interface UserSpec extends UserFlags {
  /** As Slack writes it, e.g. `U0MIA00001`. */
  readonly id: string;
  /** The handle, unique, e.g. `mia`. */
  readonly name: string;
  readonly realName?: string;
  readonly email?: string;
}

export interface ChannelSpec extends ChannelFlags {
  /** As Slack writes it, e.g. `C0APPROVAL`. */
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  /** Whether the app was invited; default true. */
  readonly botIsMember?: boolean;
  /** User ids; default: everybody. */
  readonly members?: readonly string[];
}

export interface SlackDeskOptions {
  /** How interactions reach the app under test. */
  readonly transport: 'socket' | 'http';
  readonly signingSecret: string;
  /** Where signed interactions are posted, `http` only; may be set later by `desk.requestUrl`. */
  readonly requestUrl?: string;
  readonly appToken: string;
  readonly botToken: string;
  /** The Enterprise Grid organisation that the workspace belongs to, and whether the app is installed for all of it. */
  readonly enterprise?: { readonly id: string; readonly orgWide?: boolean };
  /** The app's display name; default `ApprovalGate`. */
  readonly appName?: string;
  readonly users: readonly UserSpec[];
  readonly channels: readonly ChannelSpec[];
  /** Address that it listens on, and by which the app under test reaches it; default: loopback. */
  readonly host?: string;
  /** Port; default 0, any free one. */
  readonly port?: number;
  /** Keep Slack's rate limits; default: every call is served. */
  readonly rates?: boolean;
  /** Milliseconds since the epoch, for rate limits and for when calls were made; default: the machine's clock. */
  now?(): number;
}

/** A message as conversations.history gives it with all metadata. */
export interface DeskMessage extends Json {
  readonly type: string;
  readonly ts: string;
  readonly text: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly blocks?: readonly KnownBlock[];
  readonly metadata?: MessageMetadata;
  readonly edited?: { readonly user: string; readonly ts: string };
}

/** Something only one person saw: chat.postEphemeral, or an ephemeral answer by response_url. */
export interface EphemeralMessage {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
}

/** A modal as views.open answers it. */
export interface DeskView extends Omit<ModalView, 'blocks'> {
  readonly blocks: readonly KnownBlock[];
  readonly id: string;
  readonly hash: string;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
}

/** One Web API call that reached the desk, in order of arrival. */
export interface RecordedCall {
  readonly method: string;
  /** The arguments, JSON fields parsed, without the token. */
  readonly args: Json;
  readonly at: Date;
  /** `ok`, the error Slack answered, or the injected fault's name, e.g. `fault:429`. */
  outcome: string;
  /** How long the answer took, in milliseconds; absent until then. */
  tookMs?: number;
}

/** What became of one interaction payload. */
export interface Delivery {
  /** It reached a socket or the request URL. */
  readonly delivered: boolean;
  /** The app acknowledged it within Slack's three seconds. */
  readonly acked: boolean;
  /** HTTP status, transport `http` only. */
  readonly status?: number;
  /** Body of the acknowledgement, e.g. a `response_action`. */
  readonly response?: Json;
  /** Slack's inline errors of a modal by block id, such as for a required field left empty. */
  readonly errors?: { readonly [blockId: string]: string };
  /** Send the very same bytes again. */
  readonly replay?: () => Promise<Delivery>;
}
