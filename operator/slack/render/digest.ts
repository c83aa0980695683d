import type { KnownBlock } from '@slack/types';
import type { DigestView } from '../../messages/message.ts';
import { note } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { cut, escaped, plain, visible } from './text.ts';

/** The event type of a digest's metadata, by which it is found again. */
export const DIGEST_EVENT_TYPE = 'approvalgate_digest';

interface RenderedDigest {
  /** For notifications and for clients without blocks. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Plain text alone, and no buttons: there is nothing to decide in it. */
export function renderDigest({ headline, lines }: DigestView): RenderedDigest {
  return {
    text: cut(escaped(headline), LIMITS.fallbackText).text,
    blocks: [{ type: 'header', text: plain(cut(visible(headline), LIMITS.header).text) }, ...lines.map(note)],
  };
}
