import type { MessageView } from '../../operator/messages/message.ts';
import type { Delivery, Undelivered } from '../../operator/messages/provider.ts';

export interface Post {
  readonly uid: string;
  readonly channel: string;
  phase: MessageView['phase'];
  /** Somebody deleted it in the chat. */
  gone: boolean;
}

export type ChatFault = 'None' | 'Refused' | 'AnswerLost';

/** A chat product that keeps what was posted, and sometimes says nothing or the wrong thing. */
export class ModelChat {
  readonly posts: Post[] = [];

  /** The message of this checkpoint and channel that stands there. */
  find({ checkpoint, channel }: MessageView): string | undefined {
    const index = this.posts.findIndex(
      (post) => post.uid === checkpoint.uid && post.channel === channel && !post.gone,
    );
    return index < 0 ? undefined : String(index);
  }

  update(view: MessageView, messageID: string, fault: ChatFault): Delivery {
    const post = this.posts[Number(messageID)];
    if (fault === 'Refused') return failure('SlackDown');
    if (post === undefined || post.gone) return { ...failure('SlackMessageGone'), lost: true };
    post.phase = view.phase;
    return fault === 'AnswerLost' ? noAnswer() : { ok: true, messageID, renderedHash: view.phase };
  }

  post({ checkpoint, channel, phase }: MessageView, fault: ChatFault): Delivery {
    if (fault === 'Refused') return failure('SlackDown');
    this.posts.push({ uid: checkpoint.uid, channel, phase, gone: false });
    if (fault === 'AnswerLost') return noAnswer();
    return { ok: true, messageID: String(this.posts.length - 1), renderedHash: phase };
  }
}

export function failure(reason: string): Undelivered {
  return { ok: false, reason, message: 'no' };
}

/** The message may have arrived. */
export function noAnswer(): Undelivered {
  return { ...failure('SlackTimeout'), inDoubt: true };
}
