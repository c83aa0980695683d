import type { InputBlock } from '@slack/types';
import { blockActions, findButton, viewSubmission } from './payloads.ts';
import type { Delivery, DeskMessage, DeskView, EphemeralMessage, Json, UserSpec } from './types.ts';
import type { World } from './world.ts';

/** Somebody in front of a Slack client. */
export class Person {
  readonly #world: World;
  readonly user: UserSpec;

  constructor(world: World, user: UserSpec) {
    this.#world = world;
    this.user = user;
  }

  /**
   * Press a button.
   * @param target the message's time stamp, or a message kept from before: a client that shows an old rendering.
   * @throws Error when there is no such message or button.
   */
  async click(target: string | DeskMessage | EphemeralMessage, actionId: string): Promise<Delivery> {
    const payload = await this.clickPayload(target, actionId);
    return this.#world.deliver(payload);
  }

  /**
   * What a click would send, to be changed and sent by `desk.send`. Without its channel a message is looked for in each;
   * the emulator takes 5,000 such looks an hour.
   */
  async clickPayload(
    target: string | DeskMessage | EphemeralMessage,
    actionId: string,
    within?: string,
  ): Promise<Json> {
    const ts = typeof target === 'string' ? target : target.ts;
    const { channel, message: current } = await this.#find(ts, within);
    const message = typeof target === 'string' ? current : target;
    if (message === undefined)
      throw new Error(`no message ${ts} on this desk that ${this.user.name} can see`);
    const found = findButton(message.blocks ?? [], actionId);
    if (found === undefined)
      throw new Error(`the message ${ts} has no button with the action_id ${actionId}`);
    const responseUrl = this.#world.responseUrls.issue(channel.id, this.user.id, message);
    return blockActions({
      ...this.#who(),
      channel,
      message,
      ...found,
      triggerId: await this.#trigger(),
      responseUrl: `${this.#world.url}${responseUrl}`,
    });
  }

  /**
   * Press a modal's submit button with what was typed, by action id or block id. As Slack does, a required
   * field left empty is refused before anything is sent.
   */
  async submit(view: DeskView, values: { readonly [id: string]: string } = {}): Promise<Delivery> {
    const inputs = view.blocks.filter((block): block is InputBlock => block.type === 'input');
    const typed = inputs.map((block) => ({ block, value: typedValue(block, values) }));
    const errors = Object.fromEntries(typed.flatMap(({ block, value }) => missing(block, value)));
    if (Object.keys(errors).length > 0) return this.#failed({ delivered: false, acked: false }, errors);
    const state = Object.fromEntries(
      typed.map(({ block, value }) => [
        block.block_id ?? '',
        { [block.element.action_id ?? '']: { type: block.element.type, value: value === '' ? null : value } },
      ]),
    );
    const payload = viewSubmission(this.#who(), view, {
      values: state,
      triggerId: await this.#trigger(view.id),
    });
    const delivery = await this.#world.deliver(payload);
    if (!delivery.acked) return delivery;
    this.#world.modals.submitted(this.user.id, view.id);
    this.#world.changed();
    return delivery;
  }

  /** Close the topmost modal without submitting. */
  cancel(): void {
    this.#world.modals.close(this.user.id);
    this.#world.changed();
  }

  #failed(delivery: Delivery, errors: { readonly [blockId: string]: string }): Delivery {
    this.#world.modals.fail(this.user.id, errors);
    this.#world.changed();
    return { ...delivery, errors };
  }

  #who() {
    return { user: this.user, enterprise: this.#world.enterprise };
  }

  async #trigger(viewId?: string): Promise<string> {
    const answer = await this.#world.state.call<{ trigger_id: string }>('views.generateTriggerId', {
      user_id: this.user.id,
      view_id: viewId,
    });
    this.#world.modals.issued(answer.trigger_id, this.user.id);
    return answer.trigger_id;
  }

  async #find(ts: string, within?: string) {
    const own = this.#world.ephemerals.find((message) => message.ts === ts && message.user === this.user.id);
    for (const channel of this.#world.channels.values()) {
      if (within !== undefined && channel.id !== within) continue;
      const posted = (await this.#world.messages(channel.id)).find((message) => message.ts === ts);
      if (posted !== undefined || own?.channel === channel.id) return { channel, message: posted ?? own };
    }
    const [channel] = this.#world.channels.values();
    if (channel === undefined) throw new Error('the desk has no channel');
    return { channel, message: undefined };
  }
}

const typedValue = (block: InputBlock, values: { readonly [id: string]: string }): string =>
  values[block.element.action_id ?? ''] ?? values[block.block_id ?? ''] ?? initial(block);

const initial = (block: InputBlock): string =>
  block.element.type === 'plain_text_input' ? (block.element.initial_value ?? '') : '';

function missing(block: InputBlock, value: string): [string, string][] {
  const id = block.block_id ?? '';
  if (value.trim() === '' && block.optional !== true) return [[id, 'Please complete this required field.']];
  if (block.element.type !== 'plain_text_input') return [];
  const { max_length: max = 3000, min_length: min = 0 } = block.element;
  if (value.length > max) return [[id, `Please use no more than ${max} characters.`]];
  return value.length > 0 && value.length < min ? [[id, `Please use at least ${min} characters.`]] : [];
}
