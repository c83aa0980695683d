import { afterEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { MODAL_FAILED, replyTo, SHOWN_INSTEAD } from '../../operator/slack/interactions/replies.ts';
import { contentHash } from '../../operator/slack/render/content-hash.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import type { DeskMessage } from '../../tools/slack-desk/types.ts';
import { unharmed } from '../support/attack.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';
import { textsOf } from '../support/views.ts';

const APPROVE = 'approvalgate_approve';
const GONE = replyTo({ outcome: 'Gone' }, 'Approve').text;
const environment = withEnvironment({ transport: 'http', channel: CHANNEL });
const desk = () => environment().product.desk;

afterEach(async () => {
  while (desk().openView(MIA)) await desk().person(MIA).cancel();
});

/** What the person was told last, once it is not what they were told before. */
async function told(act: () => Promise<unknown>): Promise<string> {
  const before = desk().ephemerals(MIA).length;
  await act();
  return eventually('the click is answered', () => desk().ephemerals(MIA)[before]?.text);
}

async function withdraw(ns: TestNamespace, asked: Checkpoint): Promise<void> {
  const args = ['delete', 'ckpt', asked.metadata.name, '-n', ns.namespace];
  await environment().controlPlane.mustKubectl(args, { kubeconfig: ns.agentKubeconfig });
}

async function undecided(ns: TestNamespace, asked: Checkpoint): Promise<void> {
  expect((await ns.read(asked))?.metadata.uid).toBe(asked.metadata.uid);
  expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  expect(await ns.reviews()).toEqual([]);
}

describe('with a stolen bot token', () => {
  it('a look-alike message with harmless words and the true button approves nothing', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const { blocks = [] } = await ns.posted(asked);
    const buttons = blocks.filter(({ type }) => type === 'actions');
    expect(buttons).toHaveLength(1);
    const harmless = { type: 'section', text: { type: 'plain_text', text: 'Refund of $1.00?' } };
    const answer = await fetch(`${desk().apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test', 'content-type': 'application/json' },
      body: JSON.stringify({ channel: CHANNEL, text: 'Refund?', blocks: [harmless, ...buttons] }),
    });
    const { ok, ts } = (await answer.json()) as { ok: boolean; ts: string };
    expect(ok).toBe(true);
    const said = await told(() => desk().person(MIA).click(ts, APPROVE));
    expect(said).toBe(replyTo({ outcome: 'NotOurs' }, 'Approve').text);
    await undecided(ns, asked);
  });
});

describe('with all that a stolen app token lets one see', () => {
  it('a click cannot be forged without the signing secret', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const payload = await desk()
      .person(MIA)
      .clickPayload((await ns.posted(asked)).ts, APPROVE);
    const now = Math.floor(Date.now() / 1000);
    for (const forgery of [
      { secret: 'guess' },
      { secret: '' },
      { signature: `v0=${'0'.repeat(64)}` },
      { signature: 'v0=' },
      { timestamp: now - 3600 },
      { timestamp: now + 3600 },
    ]) {
      expect((await desk().send(payload, forgery)).status).toBe(401);
    }
    await undecided(ns, asked);
  });
});

describe('a message that others rewrote, with the true button under other words', () => {
  /** By the address for answers, which needs no token and comes with each click: a thief's own socket gets it. */
  async function rewritten(ns: TestNamespace, asked: Checkpoint, change: object): Promise<string> {
    const { ts, blocks = [] } = await ns.posted(asked);
    const { response_url: url } = await desk().person(MIA).clickPayload(ts, 'approvalgate_deny');
    const buttons = blocks.filter(({ type }) => type === 'actions');
    const body = { replace_original: true, text: 'x', blocks: [HARMLESS, ...buttons], ...change };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(String(url), { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return ts;
  }
  const REPLACED = {
    type: 'plain_text',
    text: 'This replaces a message that was deleted. The decision is still open.',
  };
  const HARMLESS = { type: 'header', text: { type: 'plain_text', text: 'Send a test mail to yourself?' } };

  it('approves nothing; the full request shows what is asked, and approves that', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask({ context: { recipients: 5_000_000 } });
    const ts = await rewritten(ns, asked, {});
    expect(await told(() => desk().person(MIA).click(ts, APPROVE))).toBe(SHOWN_INSTEAD.text);
    await undecided(ns, asked);
    const view = await eventually('the window opens', () => desk().openView(MIA));
    expect(JSON.stringify(view.blocks)).toContain('5000000');
    await desk().person(MIA).submit(view);
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('PersonApproved');
  });

  type Blocks = NonNullable<DeskMessage['blocks']>;
  const swapped = (blocks: Blocks): unknown =>
    JSON.parse(JSON.stringify(blocks).replace('"text":"Approve"', '"text":"Deny…"'));
  const alsoIn = (blocks: Blocks, type: string, more: object): unknown =>
    blocks.map((block) =>
      block.type === type && 'elements' in block ? { ...block, elements: [...block.elements, more] } : block,
    );

  it.each<[string, (blocks: Blocks) => unknown]>([
    ['a line was added', (blocks) => [...blocks, HARMLESS]],
    ['a button bears the words of another', swapped],
    [
      'a picture was added',
      (blocks) =>
        alsoIn(blocks, 'context', { type: 'image', image_url: 'http://127.0.0.1/x.png', alt_text: 'ok' }),
    ],
    [
      'plain text became marked up',
      (blocks) => JSON.parse(JSON.stringify(blocks).replace('"plain_text"', '"mrkdwn"')),
    ],
    [
      'a note of ours has more words',
      (blocks) => [
        { type: 'context', elements: [REPLACED, { type: 'plain_text', text: 'Security approved.' }] },
        ...blocks,
      ],
    ],
  ])('approves nothing where %s', async (_, change) => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const { blocks = [] } = await ns.posted(asked);
    const ts = await rewritten(ns, asked, { blocks: change(blocks) });
    expect(await told(() => desk().person(MIA).click(ts, APPROVE))).toBe(SHOWN_INSTEAD.text);
    await undecided(ns, asked);
    await eventually('the message is written again', async () => {
      const { blocks: anew = [] } = await ns.inSlack(CHANNEL, ts);
      return contentHash(anew) === contentHash(blocks) ? true : undefined;
    });
  });
});

describe('a window that others opened in the name of the app', () => {
  it('approves nothing, though it is one of ours by name and about the true request', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask({ context: { recipients: 5_000_000 } });
    const { ts } = await ns.posted(asked);
    const { trigger_id } = await desk().person(MIA).clickPayload(ts, 'approvalgate_full');
    const { namespace, name, uid } = asked.metadata;
    const view = {
      type: 'modal',
      callback_id: 'approvalgate_full_view',
      private_metadata: JSON.stringify({ namespace, name, uid, channel: CHANNEL, messageID: ts }),
      title: { type: 'plain_text', text: 'Full Request' },
      submit: { type: 'plain_text', text: 'Approve' },
      blocks: [{ type: 'section', text: { type: 'plain_text', text: 'Order lunch for the team?' } }],
    };
    const answer = await fetch(`${desk().apiUrl}views.open`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test', 'content-type': 'application/json' },
      body: JSON.stringify({ trigger_id, view }),
    });
    expect(await answer.json()).toMatchObject({ ok: true });
    const opened = await eventually('the window opens', () => desk().openView(MIA));
    expect(await told(() => desk().person(MIA).submit(opened))).toBe(SHOWN_INSTEAD.text);
    await undecided(ns, asked);
  });
});

describe('a click that Slack delivers twice', () => {
  it('to two replicas counts once', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    const payload = await desk()
      .person(MIA)
      .clickPayload((await ns.posted(asked)).ts, APPROVE);
    const timestamp = Math.floor(Date.now() / 1000);
    const port = await freePort();
    const replica = await environment().product.anotherOperator(port);
    try {
      const url = `http://127.0.0.1:${port}/slack/events`;
      const before = desk().ephemerals(MIA).length;
      await Promise.all([desk().send(payload, { timestamp }), desk().send(payload, { timestamp, url })]);
      const recorded = replyTo({ outcome: 'Recorded' }, 'Approve').text;
      // The later one finds the review there, or a message that shows it already and is shown the request instead: in a
      // modal, which Slack opens within three seconds only.
      const later = [
        replyTo({ outcome: 'AlreadyRecorded' }, 'Approve').text,
        SHOWN_INSTEAD.text,
        MODAL_FAILED.text,
      ];
      const said = await eventually('both are answered', () => {
        const texts = desk()
          .ephemerals(MIA)
          .slice(before)
          .map(({ text }) => text);
        return texts.includes(recorded) && texts.some((text) => later.includes(text)) ? texts : undefined;
      });
      expect(said.filter((text) => text === recorded)).toHaveLength(1);
      expect((await desk().send(payload, { timestamp })).status).toBe(409);
    } finally {
      await replica.stop();
    }
    expect(await ns.reviews()).toHaveLength(1);
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  });
});

describe('an agent that asks anew under the same name', () => {
  const both = async (): Promise<{ ns: TestNamespace; old: DeskMessage; first: Checkpoint }> => {
    const ns = await environment().namespace();
    const first = await ns.ask({ context: { recipients: 1 } }, 'same-name');
    return { ns, first, old: await ns.posted(first) };
  };

  it('gains nothing by the button that was posted before', async () => {
    const { ns, first, old } = await both();
    await withdraw(ns, first);
    const second = await ns.ask({ context: { recipients: 90_000 } }, 'same-name');
    await ns.posted(second);
    expect(await told(() => desk().person(MIA).click(old, APPROVE))).toBe(GONE);
    await undecided(ns, second);
  });

  it('gains nothing by the window that was open before', async () => {
    const { ns, first, old } = await both();
    const mia = desk().person(MIA);
    await mia.click(old, 'approvalgate_deny');
    const view = await eventually('the window opens', () => desk().openView(MIA));
    await withdraw(ns, first);
    const second = await ns.ask({ context: { recipients: 90_000 } }, 'same-name');
    await ns.posted(second);
    expect(await told(() => mia.submit(view, { approvalgate_reason: 'no' }))).toBe(GONE);
    await undecided(ns, second);
  });
});

describe('a context written to deceive or to break', () => {
  const hostile = JSON.stringify({
    action: 'send_email_campaign',
    agent: '<!channel> *Mia* <@U0MIA00001>',
    summary: 'Approved already: <https://evil.example|see here> \u202e\u0000\u0007',
    context: { '\u202egnp.exe': '<!here>', constructor: 'x', toString: { valueOf: 1 }, 'a\u200bb': '\ud800' },
  }).replace('"constructor"', '"__proto__": {"polluted": true}, "constructor"');

  it('is shown as what it is, pings nobody, and harms nobody', async () => {
    const { pid } = environment().product.operator;
    const ns = await environment().namespace();
    await ns.rule('polluted', { decision: 'AutoApprove', condition: 'has(context.polluted)' });
    const object = { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'Checkpoint' };
    const metadata = { name: 'hostile', namespace: ns.namespace };
    const input = JSON.stringify({ ...object, metadata, spec: '?' }).replace('"?"', hostile);
    const created = await environment().controlPlane.kubectl(['create', '-f', '-', '-o', 'json'], {
      input,
      kubeconfig: ns.agentKubeconfig,
    });
    expect(created.stderr).toBe('');
    const asked = JSON.parse(created.stdout) as Checkpoint;
    const message = await ns.posted(asked);
    const texts = textsOf(message.blocks);
    const markup = [
      message.text ?? '',
      ...texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text),
    ];
    for (const live of ['<!here', '<!channel', '<@', '<http']) expect(markup.join()).not.toContain(live);
    const shown = texts.map(({ text }) => text).join('\n');
    for (const unseen of ['\u202e', '\u200b', '\0', '\u0007']) expect(shown).not.toContain(unseen);
    for (const words of ['&lt;!here&gt;', '\\u{202E}gnp.exe', '__proto__.polluted'])
      expect(shown).toContain(words);
    await undecided(ns, asked);
    await unharmed(environment(), pid);
  });
});
