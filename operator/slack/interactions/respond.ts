import { toError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Reply } from './replies.ts';

export type Respond = (answer: Reply) => Promise<unknown>;

/** Answers where only whoever clicked sees it. */
export function ephemeral(
  respond: (message: {
    response_type: 'ephemeral';
    replace_original: false;
    text: string;
    blocks: Reply['blocks'];
  }) => Promise<unknown>,
): Respond {
  return ({ text, blocks }) => respond({ response_type: 'ephemeral', replace_original: false, text, blocks });
}

/** The record stands even if the person cannot be told; the message in the channel will show it. */
export async function sendReply(
  { log }: { readonly log: Logger },
  respond: Respond,
  said: Reply,
): Promise<void> {
  try {
    await respond(said);
  } catch (error) {
    log.warn({ error: toError(error).message }, 'could not answer a click');
  }
}
