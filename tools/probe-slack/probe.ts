import type { KnownBlock, ModalView } from '@slack/types';
import { toError } from '../../operator/errors.ts';
import type { MessageView } from '../../operator/messages/message.ts';
import { differences } from '../../operator/slack/render/content-hash.ts';
import { fullModal } from '../../operator/slack/render/modal.ts';
import { render } from '../../operator/slack/render/render.ts';
import { compare, line, report } from './compare.ts';
import { DOUBTS, LIMITS } from './doubts.ts';
import type { ProbeOptions } from './options.ts';
import { BUTTON, Workspace } from './workspace.ts';

type Say = (line: string) => void;

const WORDS = 'Zürich 🚀 Acme™ & <b> https://example.com a@example.com *x* _y_ `z`';
/** A question as the operator asks it, with words that Slack could change wherever people's words can be. */
const VIEW: MessageView = {
  checkpoint: { namespace: 'probe', name: 'probe', uid: 'probe' },
  phase: 'Asking',
  channel: 'C0000000000',
  sentence: WORDS,
  action: 'probe',
  agent: WORDS,
  requester: WORDS,
  agentWords: WORDS,
  fields: [{ label: WORDS, value: WORDS }],
  contextJson: JSON.stringify({ words: WORDS, nested: { amount: 12 } }, undefined, 2),
  why: [WORDS],
  needs: [WORDS],
  createdAt: '2026-11-23T11:30:00Z',
  deadline: '2026-11-23T12:00:00Z',
  reviews: [{ name: 'r', username: WORDS, verdict: 'Approve', reason: WORDS, time: '2026-11-23T11:40:00Z' }],
};
const OWN = render(VIEW).blocks.filter(({ type }) => type !== 'actions');
const SENT: readonly KnownBlock[] = [
  ...DOUBTS.map(({ block }) => block),
  ...OWN,
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: BUTTON,
        text: { type: 'plain_text', text: 'Click Me' },
        style: 'primary',
        value: 'v',
      },
    ],
  },
];
const ORIGIN = { ...VIEW.checkpoint, channel: VIEW.channel, messageID: '1.2' };
const WINDOW: ModalView = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Probe & <Close>' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [...DOUBTS.map(({ block }) => block), ...fullModal(VIEW, ORIGIN).blocks],
};

/**
 * Posts what is doubtful, asks for a click, says what Slack made of it, and deletes it again however it ends.
 * @throws Error in our words; AggregateError where cleaning up failed as well.
 */
export async function probe(options: ProbeOptions, say: Say, signal: AbortSignal): Promise<void> {
  const workspace = new Workspace(options);
  const problems: unknown[] = [];
  try {
    await run(workspace, options, { say, signal });
  } catch (error) {
    problems.push(error);
  }
  await workspace.leave().then(
    () => say('Everything that was posted is deleted.'),
    (error: unknown) => problems.push(error),
  );
  if (problems.length > 1)
    throw new AggregateError(problems, problems.map((one) => toError(one).message).join('; '));
  if (problems.length > 0) throw problems[0];
}

async function run(
  workspace: Workspace,
  { waitSeconds }: ProbeOptions,
  { say, signal }: { readonly say: Say; readonly signal: AbortSignal },
): Promise<void> {
  await workspace.connect();
  signal.throwIfAborted();
  const { ts, blocks } = await workspace.post('A probe of ApprovalGate', SENT);
  tell(say, 'The answer of chat.postMessage', SENT, blocks);
  const updated = await workspace.update(ts, 'A probe of ApprovalGate', SENT);
  tell(say, 'The answer of chat.update', SENT, updated);
  tell(say, "The channel's history", SENT, await workspace.history(ts));
  await tryLimits(workspace, say, signal);
  say(`\nClick the button “Click Me” in the channel, within ${waitSeconds} s.`);
  const late = AbortSignal.timeout(waitSeconds * 1000);
  const clicked = await workspace.click(ts, AbortSignal.any([signal, late])).catch((error: unknown) => {
    throw late.aborted && !signal.aborted ? new Error(`nobody clicked within ${waitSeconds} s`) : error;
  });
  const window = await workspace.open(clicked.triggerId, WINDOW);
  tell(say, 'The click', SENT, clicked.blocks);
  tell(say, 'The answer of views.open', WINDOW.blocks as readonly KnownBlock[], window);
  say('\nThe last answer and the click of the same message:');
  const between = compare(updated, clicked.blocks);
  for (const text of between.length === 0 ? ['  are the same'] : between.map((one) => `  ${line(one)}`))
    say(text);
}

/** What became of each doubt, and whether a click on the operator's own blocks would count. */
function tell(say: Say, place: string, sent: readonly KnownBlock[], got: readonly unknown[]): void {
  say(`\n${place}:`);
  for (const text of report(DOUBTS, got)) say(text);
  const where = differences(sent.slice(DOUBTS.length), got.slice(DOUBTS.length));
  if (where.length === 0) say("  The operator's own blocks read as they were sent.");
  else say(`  THE OPERATOR'S OWN BLOCKS READ DIFFERENTLY at ${where.join(', ')}`);
}

async function tryLimits(workspace: Workspace, say: Say, signal: AbortSignal): Promise<void> {
  say('\nLimits, before or after escaping:');
  for (const { name, block } of LIMITS) {
    signal.throwIfAborted();
    const outcome = await workspace.post('A probe of ApprovalGate', [block]).then(
      () => 'taken     ',
      (error: unknown) => `REFUSED    (${toError(error).message}) `,
    );
    say(`  ${outcome}${name}`);
  }
}
