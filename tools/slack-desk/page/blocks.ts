import type {
  ActionsBlock,
  Button,
  ContextBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { createElement as h, type ReactNode } from 'react';
import * as slackBlocks from 'slack-blocks-to-jsx';
import { withEmojiSigns } from '../emoji.ts';

/** The names that mentions are shown with. */
export interface Names {
  readonly users: { readonly id: string; readonly name: string }[];
  readonly channels: { readonly id: string; readonly name: string }[];
}

/**
 * Blocks as Slack draws them. The library draws markup and what is rare. Plain text is drawn here, because the library
 * makes links and bold letters of it; so are buttons, which must say on a page out of the server which action they are.
 */
export function blocksView(blocks: readonly KnownBlock[], names: Names): ReactNode {
  return blocks.map((block, index) => {
    const key = block.block_id ?? String(index);
    if (block.type === 'actions') return h('div', { key, className: 'actions' }, actionButtons(block));
    if (block.type === 'section' && block.accessory?.type === 'button') {
      return h(
        'div',
        { key, className: 'with-button' },
        sectionText(block, names),
        pressable(block.accessory),
      );
    }
    return h('div', { key }, blockView(block, names));
  });
}

/** One line of Slack's mrkdwn. */
export function textView(text: string, names: Names): ReactNode {
  return drawn([{ type: 'section', text: { type: 'mrkdwn', text } }], names);
}

function blockView(block: KnownBlock, names: Names): ReactNode {
  if (block.type === 'header') return h('h3', { className: 'header' }, plainText(block.text));
  if (block.type === 'section' && block.accessory === undefined) return sectionText(block, names);
  return block.type === 'context' ? contextView(block, names) : drawn([block], names);
}

function sectionText({ text, fields = [] }: SectionBlock, names: Names): ReactNode {
  const own = text && h('div', { className: 'section' }, textPart(text, names));
  const grid = fields.map((field, index) => h('div', { key: index }, textPart(field, names)));
  return h('div', null, own, grid.length > 0 && h('div', { className: 'fields' }, grid));
}

function contextView({ elements }: ContextBlock, names: Names): ReactNode {
  const parts = elements.map((element, index) => {
    const isPlain = element.type === 'plain_text';
    const part = isPlain ? plainText(element) : drawn([{ type: 'context', elements: [element] }], names);
    return h('div', { key: index }, part);
  });
  return h('div', { className: 'context' }, parts);
}

function textPart(part: PlainTextElement | MrkdwnElement, names: Names): ReactNode {
  return part.type === 'mrkdwn' ? textView(part.text, names) : plainText(part);
}

/** What Slack escaped is as it was, and codes are signs again where they may be. */
export function plainText({ text, emoji }: { readonly text: string; readonly emoji?: boolean }): ReactNode {
  const signs = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return h('span', { className: 'plain' }, emoji === false ? signs : withEmojiSigns(signs));
}

function drawn(blocks: readonly KnownBlock[], { users, channels }: Names): ReactNode {
  // The library's own types of the same JSON are narrower than @slack/types. It shows verbatim text raw, while Slack
  // only leaves out links and mentions that are not marked up.
  const own: slackBlocks.Block[] = JSON.parse(JSON.stringify(blocks), (key, value: unknown) =>
    key === 'verbatim' ? undefined : value,
  );
  return h(slackBlocks.Message, {
    blocks: own,
    logo: '',
    name: '',
    theme: 'light',
    withoutWrapper: true,
    data: { users, channels, user_groups: [] },
    hooks: HOOKS,
  });
}

const HOOKS: NonNullable<slackBlocks.MessageProps['hooks']> = {
  // Slack makes no link of `<javascript:…|text>`.
  link: ({ href, children }) =>
    /^(https?|mailto):/i.test(href)
      ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, children)
      : h('span', null, children),
  // `system:serviceaccount:shop` holds no emoji: as in Slack, an unknown name stays as it was written.
  emoji: (emoji, parse) => {
    const character = parse(emoji);
    return character === emoji.name ? `:${emoji.name}:` : character;
  },
};

function actionButtons(block: ActionsBlock): ReactNode {
  return block.elements.filter((element) => element.type === 'button').map(pressable);
}

function pressable(button: Button): ReactNode {
  return h(
    'button',
    {
      key: button.action_id,
      type: 'button',
      className: `button ${button.style ?? ''}`,
      'aria-label': button.accessibility_label,
      'data-action': button.action_id,
    },
    plainText(button.text),
  );
}
