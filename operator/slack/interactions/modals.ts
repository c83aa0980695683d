import type { Logger } from '../../log.ts';
import type { SlackWeb } from '../connection/web.ts';
import { contentHash } from '../render/content-hash.ts';
import { denyModal, fullModal, type MODALS } from '../render/modal.ts';
import { storedForm } from '../render/stored-form.ts';
import type { Interaction, InteractionSubject } from './interaction.ts';

/** Of this many open modals it is remembered how Slack keeps them; a modal is rarely open for long. */
const REMEMBERED = 1000;

interface Opened {
  readonly sentHash: string;
  readonly storedHash: string;
}

/** Opens modals, and remembers those that Slack keeps in another form than they were sent. */
export class OpenModals {
  readonly #web: SlackWeb;
  readonly #log: Logger;
  readonly #opened = new Map<string, Opened>();

  constructor(web: SlackWeb, log: Logger) {
    this.#web = web;
    this.#log = log;
  }

  /** Slack lets a click open a modal for three seconds only. @throws what the client throws. */
  async open(
    kind: keyof typeof MODALS,
    { view, reference }: InteractionSubject,
    interaction: Interaction,
  ): Promise<void> {
    const { channel, messageID, triggerId } = interaction;
    const modal = (kind === 'deny' ? denyModal : fullModal)(view, { ...reference, channel, messageID });
    const answer = await this.#web.client.views.open({ trigger_id: triggerId, view: modal });
    if (kind === 'full') this.#remember(modal.blocks, answer.view);
  }

  #remember(sent: readonly unknown[], { id, blocks }: { id?: string; blocks?: unknown } = {}): void {
    const { storedHash } = storedForm('Window', sent, blocks, this.#log);
    if (id === undefined || storedHash === undefined) return;
    this.#opened.set(id, { sentHash: contentHash(sent), storedHash });
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > REMEMBERED && oldest !== undefined) this.#opened.delete(oldest);
  }

  /** Whether a modal reads like `blocks`: as they are, or as Slack answered that it keeps them. */
  shows(interaction: Interaction, blocks: readonly unknown[]): boolean {
    const wanted = contentHash(blocks);
    const shown = contentHash(interaction.blocks);
    if (wanted === shown) return true;
    const opened = this.#opened.get(interaction.viewId);
    return opened?.sentHash === wanted && opened.storedHash === shown;
  }
}
