import type { Button, KnownBlock } from '@slack/types';
import { APP, TEAM } from './emulator.ts';
import type { DeskMessage, DeskView, EphemeralMessage, Json, UserSpec } from './types.ts';
import type { World } from './world.ts';

const common = ({ enterprise }: Sender) => ({
  team: { id: TEAM.id, domain: TEAM.domain },
  enterprise: enterprise === undefined ? null : { id: enterprise.id, name: 'Organisation' },
  is_enterprise_install: false,
  api_app_id: APP.id,
  token: 'verification-token-is-deprecated',
});

const sender = ({ user }: Sender) => ({
  id: user.id,
  username: user.name,
  name: user.name,
  team_id: user.team_id ?? TEAM.id,
});

/** Who does something, and in which organisation. */
interface Sender {
  readonly user: UserSpec;
  readonly enterprise: World['enterprise'];
}

export interface Click extends Sender {
  readonly channel: { readonly id: string; readonly name: string };
  /** The message as the person sees it; an ephemeral one is named by its time stamp alone. */
  readonly message: DeskMessage | EphemeralMessage;
  readonly button: Button;
  readonly blockId: string;
  readonly triggerId: string;
  readonly responseUrl: string;
}

/** Slack's `block_actions` payload of one pressed button. */
export function blockActions(click: Click): Json {
  const { message, button } = click;
  const isEphemeral = !('type' in message);
  return {
    type: 'block_actions',
    ...common(click),
    user: sender(click),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: click.channel.id,
      is_ephemeral: isEphemeral,
    },
    trigger_id: click.triggerId,
    channel: { id: click.channel.id, name: click.channel.name },
    ...(isEphemeral ? {} : { message }),
    state: { values: {} },
    response_url: click.responseUrl,
    actions: [{ ...button, block_id: click.blockId, action_ts: actionTs() }],
  };
}

/** Slack's `view_submission` payload. */
export function viewSubmission(
  who: Sender,
  view: DeskView,
  submission: { readonly values: Json; readonly triggerId: string },
): Json {
  return {
    type: 'view_submission',
    ...common(who),
    user: sender(who),
    trigger_id: submission.triggerId,
    view: { ...view, state: { values: submission.values } },
    response_urls: [],
  };
}

/** The button with this action id, with the id of the block that holds it. */
export function findButton(
  blocks: readonly KnownBlock[],
  actionId: string,
): { readonly button: Button; readonly blockId: string } | undefined {
  return blocks
    .flatMap((block) => buttonsOf(block).map((button) => ({ button, blockId: block.block_id ?? '' })))
    .find(({ button }) => button.action_id === actionId);
}

/** The buttons of an actions block, or a section's accessory. */
function buttonsOf(block: KnownBlock): Button[] {
  if (block.type === 'section') return block.accessory?.type === 'button' ? [block.accessory] : [];
  return block.type === 'actions' ? block.elements.filter((element) => element.type === 'button') : [];
}

let actions = 0;
/** Unix seconds with six decimals, no two alike. */
function actionTs(): string {
  actions = (actions + 1) % 1_000_000;
  return `${Math.floor(Date.now() / 1000)}.${String(actions).padStart(6, '0')}`;
}
