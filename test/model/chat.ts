import type { Delivery, MessageView, Notifier } from '../../operator/decision/message.ts';

export interface Post {
  readonly uid: string;
  readonly channel: string;
  phase: MessageView['phase'];
}

export type ChatFault = 'None' | 'Refused' | 'AnswerLost';

/** A chat product that keeps what was posted, and sometimes says nothing or the wrong thing. */
export class ModelChat {
  readonly posts: Post[] = [];

  deliver(view: MessageView, known: Parameters<Notifier['deliver']>[1], fault: ChatFault): Delivery {
    if (fault === 'Refused') return failure('SlackDown', false);
    const { messageID } = known;
    if (messageID !== undefined && known.renderedHash === view.phase) {
      return { ok: true, messageID, renderedHash: view.phase };
    }
    const id = messageID ?? (known.searchFirst ? this.#find(view) : undefined) ?? this.#post(view);
    const post = this.posts[Number(id)];
    if (post) post.phase = view.phase;
    if (fault === 'AnswerLost') return failure('SlackTimeout', true);
    return { ok: true, messageID: id, renderedHash: view.phase };
  }

  #post({ checkpoint, channel, phase }: MessageView): string {
    this.posts.push({ uid: checkpoint.uid, channel, phase });
    return String(this.posts.length - 1);
  }

  #find({ checkpoint, channel }: MessageView): string | undefined {
    const index = this.posts.findIndex((post) => post.uid === checkpoint.uid && post.channel === channel);
    return index < 0 ? undefined : String(index);
  }
}

function failure(reason: string, ambiguous: boolean): Delivery {
  return { ok: false, reason, message: 'no answer', ambiguous };
}
