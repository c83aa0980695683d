import type { RuleSpec } from '../../crds/types.ts';
import type { ChatAccount, ClickResult } from '../../operator/messages/click.ts';
import type { DigestView, MessageView } from '../../operator/messages/message.ts';
import type {
  ChannelNames,
  ChatProvider,
  CheckpointAccess,
  Delivery,
  DigestDelivery,
  Digests,
  Search,
  Undelivered,
} from '../../operator/messages/provider.ts';
import type { ProviderName } from '../../operator/model/channel-ref.ts';

/** A real one adds its name to the schema: to `provider` in status, and to `type` of a review's `via`. */
const PAGING = 'Paging' as ProviderName;

/** What the schema would have besides `slack`. */
type PagingNotify = RuleSpec['notify'] & { readonly paging?: { readonly room: string } };

const CHANNELS: ChannelNames = {
  annotation: 'approvalgate.dev/paging-room',
  channelOf: (notify) => (notify as PagingNotify | undefined)?.paging?.room,
  isChannel: (text) => /^[A-Z0-9]{1,64}$/.test(text),
  form: 'paging room, such as ROOM1',
  noneKnown: 'No paging room is known: set notify.paging.room in a rule.',
};

const BUSY: Undelivered = { ok: false, reason: 'PagingBusy', message: 'Too many pages wait.' };

/** A page in a room, as people see it. */
interface Page {
  readonly view: MessageView;
  readonly room: string;
}

/** A second chat product, as small as one can be: pages in rooms, each with two buttons. */
export class Paging implements ChatProvider {
  readonly name = PAGING;
  readonly channels = CHANNELS;
  readonly busy = BUSY;
  readonly pace = { waitMs: () => 0, take: () => undefined, postIntervalMs: 0 };
  /** By their ids. */
  readonly pages = new Map<string, Page>();
  /** What each room's board says: the newest digest. */
  readonly boards = new Map<string, DigestView>();
  readonly digests: Digests = {
    search: (room) => Promise.resolve({ ok: true, ...(this.boards.has(room) ? { messageID: room } : {}) }),
    post: (view) => this.#board(view),
    update: (view) => this.#board(view),
  };
  /** Set: nothing comes through. */
  outage: Undelivered | undefined;
  #checkpoints: CheckpointAccess | undefined;

  hashOf({ phase, sentence }: MessageView): string {
    return `${phase} ${sentence}`;
  }

  problemOf(): Promise<Undelivered | undefined> {
    return Promise.resolve(this.outage);
  }

  search({ checkpoint, channel }: MessageView): Promise<Search> {
    const found = [...this.pages].find(
      ([, { view, room }]) => view.checkpoint.uid === checkpoint.uid && room === channel,
    );
    return Promise.resolve({ ok: true, ...(found ? { messageID: found[0] } : {}) });
  }

  post(view: MessageView): Promise<Delivery> {
    return Promise.resolve(this.#show(`page-${this.pages.size + 1}`, view));
  }

  update(view: MessageView, messageID: string): Promise<Delivery> {
    return Promise.resolve(this.#show(messageID, view));
  }

  permalink(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #board(view: DigestView): Promise<DigestDelivery> {
    this.boards.set(view.channel, view);
    return Promise.resolve({ ok: true, messageID: view.channel });
  }

  #show(messageID: string, view: MessageView): Delivery {
    if (this.outage !== undefined) return this.outage;
    this.pages.set(messageID, { view, room: view.channel });
    return { ok: true, messageID, renderedHash: this.hashOf(view) };
  }

  /** From now on buttons work. */
  listen(checkpoints: CheckpointAccess): void {
    this.#checkpoints = checkpoints;
  }

  /** Somebody presses a button of a page. */
  async press(messageID: string, pager: string, verdict: 'Approve' | 'Deny'): Promise<ClickResult> {
    const page = this.pages.get(messageID);
    if (this.#checkpoints === undefined || page === undefined) throw new Error(`no page ${messageID}`);
    const { namespace, name, uid } = page.view.checkpoint;
    const checkpoint = await this.#checkpoints.read(namespace, name);
    if (checkpoint?.metadata.uid !== uid) return { outcome: 'Gone' };
    return this.#checkpoints.record({ account: pagerOf(pager), via: { type: PAGING }, checkpoint, verdict });
  }
}

function pagerOf(pager: string): ChatAccount {
  const identity = `pager-${pager}`;
  return {
    identity,
    isLinkedBy: ({ metadata }) => metadata.name === identity,
    linkingManifest: () => `kind: ReviewerIdentity\nmetadata:\n  name: ${identity}\n`,
  };
}
