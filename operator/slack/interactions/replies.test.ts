import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { DECISION, textsOf } from '../../../test/support/views.ts';
import { refuseMessage } from '../../../tools/slack-desk/strict.ts';
import { slackAccount } from '../api.ts';
import { type ClickOutcome, MODAL_FAILED, type Reply, replyTo, SHOWN_INSTEAD } from './replies.ts';

const WORDS = '<!channel> *mia_k@example.com* 👍 \u202E';
const OUTCOMES: readonly ClickOutcome[] = [
  { outcome: 'Recorded' },
  { outcome: 'AlreadyRecorded' },
  { outcome: 'NotLinked', manifest: slackAccount({ team: 'T0ACME_001', user: WORDS }).linkingManifest() },
  { outcome: 'NotAllowed', username: WORDS, verb: 'approve', role: 'r', namespace: WORDS },
  { outcome: 'SelfReview', username: WORDS },
  { outcome: 'AlreadyDecided', decision: { ...DECISION, decidedBy: { type: 'Person', name: WORDS } } },
  { outcome: 'Expired', deadline: '2026-11-23T12:00:00Z' },
  { outcome: 'Gone' },
  { outcome: 'Failed', message: WORDS.repeat(200) },
  { outcome: 'NotOurs' },
  { outcome: 'Unreadable' },
  { outcome: 'Outdated' },
  { outcome: 'NotMember', why: WORDS },
  { outcome: 'LookupFailed' },
];
const ALL = [...OUTCOMES.map((outcome) => replyTo(outcome, 'Approve')), SHOWN_INSTEAD, MODAL_FAILED];
const DATE = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[0-9TZ:-]+>/g;

describe('what a person is told', () => {
  it.each(ALL.map((answer): [string, Reply] => [answer.text.slice(0, 60), answer]))(
    'is taken by Slack, pings nobody, and has only dates in marked-up text: %s',
    (_, { text, blocks }) => {
      expect(refuseMessage('chat.postEphemeral', { text, blocks })).toBeUndefined();
      expect(text.replaceAll(DATE, '')).not.toMatch(/[<>\u202E]/);
      const marked = textsOf(blocks).filter(({ type }) => type === 'mrkdwn');
      for (const { text: markup } of marked) expect(markup.replaceAll(DATE, '')).toBe('');
      const plain = textsOf(blocks).filter(({ type }) => type === 'plain_text');
      expect(plain.every(({ emoji }) => emoji === false)).toBe(true);
    },
  );

  it('has names as they are, to be copied', () => {
    const [section] = replyTo({ outcome: 'SelfReview', username: 'mia_k@example.com' }, 'Approve').blocks;
    expect(JSON.stringify(section)).toContain('mia_k@example.com asked for this');
    const { blocks } = replyTo({ outcome: 'NotLinked', manifest: 'a: b_c\n  d: "e"\n' }, 'Approve');
    expect(manifestIn(blocks)).toBe('a: b_c\n  d: "e"\n');
  });
});

function manifestIn(blocks: readonly KnownBlock[]): string | undefined {
  const block = blocks.find(({ type }) => type === 'rich_text');
  return /"text":("(?:[^"\\]|\\.)*")/
    .exec(JSON.stringify(block))
    ?.slice(1)
    .map((json) => JSON.parse(json) as string)[0];
}
