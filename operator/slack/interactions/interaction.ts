import type { BlockAction, ButtonAction, SlackViewAction } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { Checkpoint } from '../../../crds/types.ts';
import type { MessageView } from '../../messages/message.ts';
import { decodeReference, type ModalReference, type Reference } from '../render/reference.ts';

/** An interaction as Slack tells of it: who pressed what under which message. */
export interface Interaction {
  readonly appId: string;
  /** The workspace that was clicked in; empty where Slack names none. */
  readonly team: string;
  /** The organisation that it belongs to, on Enterprise Grid; else empty. */
  readonly enterprise: string;
  readonly user: string;
  readonly channel: string;
  readonly messageID: string;
  readonly reference: Reference | undefined;
  readonly place: 'Message' | 'Modal';
  /** What the message or the modal consists of, as Slack has it now. */
  readonly blocks: readonly KnownBlock[];
  /** Lets one modal be opened within three seconds. */
  readonly triggerId: string;
  /** Slack's id of the modal; empty for a message. */
  readonly viewId: string;
}

/** What an interaction is about, once it is known to be ours. */
export interface InteractionSubject {
  readonly checkpoint: Checkpoint;
  readonly view: MessageView;
  readonly reference: Reference;
  /** What the message shows: as the operator wrote it, and as Slack answered that it keeps it where that differs. */
  readonly written: readonly string[];
}

/** A button under a message. */
export function messageInteraction(body: BlockAction<ButtonAction>, action: ButtonAction): Interaction {
  const { container } = body as { container?: { channel_id?: string; message_ts?: string } };
  return {
    ...whoActed(body),
    channel: container?.channel_id ?? '',
    messageID: container?.message_ts ?? '',
    reference: decodeReference(action.value),
    place: 'Message',
    blocks: blocksOf(body.message),
    triggerId: body.trigger_id,
    viewId: '',
  };
}

/** A modal's submit button. */
export function modalInteraction(body: SlackViewAction, reference: ModalReference | undefined): Interaction {
  const { channel = '', messageID = '' } = reference ?? {};
  const { trigger_id: triggerId = '' } = body as { trigger_id?: string };
  return {
    ...whoActed(body),
    channel,
    messageID,
    reference,
    place: 'Modal',
    blocks: blocksOf(body.view),
    triggerId,
    viewId: body.view.id,
  };
}

function whoActed(body: BlockAction<ButtonAction> | SlackViewAction) {
  const { api_app_id: appId = '' } = body as { api_app_id?: string };
  const { enterprise } = body as { enterprise?: { id?: string } | null };
  return { appId, team: body.team?.id ?? '', enterprise: enterprise?.id ?? '', user: body.user.id };
}

/** All that people read: attachments and files are not ours, and nobody's words may stand beside ours unseen by us. */
function blocksOf(message: unknown): KnownBlock[] {
  const { blocks, attachments, files } = (message ?? {}) as Record<string, unknown>;
  const parts = [blocks, attachments, files].flatMap((part) => (Array.isArray(part) ? part : []));
  return parts.filter((part): part is KnownBlock => typeof part === 'object' && part !== null);
}
