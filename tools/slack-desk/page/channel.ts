import { createElement as h, type ReactNode } from 'react';
import type { DeskMessage, EphemeralMessage } from '../types.ts';
import { blocksView, type Names, textView } from './blocks.ts';

/** What stands in the channel, for all or for one person. */
export type Entry = DeskMessage | EphemeralMessage;

/** One message of the channel, or one that only the viewer sees. */
export function entryView(entry: Entry, author: string, names: Names): ReactNode {
  const isEphemeral = !('type' in entry);
  return h(
    'article',
    {
      className: isEphemeral ? 'message ephemeral' : 'message',
      'data-ts': entry.ts,
      'aria-label': `Message from ${author}`,
    },
    avatar(author),
    h(
      'div',
      { className: 'content' },
      isEphemeral &&
        h('p', { className: 'only-you' }, h('span', { 'aria-hidden': true }, '◉ '), 'Only visible to you'),
      byline(author, entry.ts),
      body(entry, names),
    ),
  );
}

function body(message: DeskMessage | EphemeralMessage, names: Names): ReactNode {
  if (message.blocks !== undefined && message.blocks.length > 0) return blocksView(message.blocks, names);
  const edited = 'edited' in message && message.edited && h('span', { className: 'quiet' }, '(edited)');
  return [
    h('div', { key: 'text' }, textView(message.text, names)),
    edited && h('div', { key: 'edited' }, edited),
  ];
}

function byline(author: string, ts: string): ReactNode {
  const at = new Date(Number(ts) * 1000);
  const time = at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  return h(
    'header',
    null,
    h('b', null, author),
    h('span', { className: 'badge' }, 'APP'),
    h('time', { dateTime: at.toISOString(), title: at.toString(), className: 'quiet' }, time),
  );
}

function avatar(author: string): ReactNode {
  const initials = author.replace(/[^A-Z]/g, '').slice(0, 2) || author.slice(0, 1).toUpperCase();
  return h('div', { className: 'avatar', 'aria-hidden': true }, initials);
}
