import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { ChannelSpec, UserSpec } from '../types.ts';

interface DocumentProps {
  readonly workspace: string;
  readonly users: readonly UserSpec[];
  readonly channels: readonly ChannelSpec[];
  readonly user: UserSpec;
  readonly channel: ChannelSpec;
  readonly messages: readonly { readonly id: string; readonly node: ReactNode }[];
}

/** The whole page; its script fills in the modal and keeps the messages up to date. */
export function documentHtml(props: DocumentProps): string {
  return `<!DOCTYPE html>${renderToStaticMarkup(
    h(
      'html',
      { lang: 'en' },
      h(
        'head',
        null,
        h('meta', { charSet: 'utf-8' }),
        h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        h('title', null, `#${props.channel.name} | ${props.workspace}`),
        h('link', { rel: 'icon', href: 'data:,' }),
        h('link', { rel: 'stylesheet', href: '/desk/blocks.css' }),
        h('link', { rel: 'stylesheet', href: '/desk/page.css' }),
        h('link', { rel: 'stylesheet', href: '/desk/parts.css' }),
        h('script', { src: '/desk/page.js', defer: true }),
      ),
      h(
        'body',
        { 'data-user': props.user.id, 'data-channel': props.channel.id },
        sidebar(props),
        main(props),
        h('dialog', { id: 'modal', 'aria-labelledby': 'modal-title' }),
      ),
    ),
  )}`;
}

function sidebar({ workspace, channels, channel, user }: DocumentProps): ReactNode {
  return h(
    'nav',
    { 'aria-label': 'Channels' },
    h('h1', null, workspace),
    h('p', { className: 'note' }, 'A Slack channel on this machine'),
    channels.map(({ id, name, isPrivate }) =>
      h(
        'a',
        {
          key: id,
          href: `/?${new URLSearchParams({ user: user.id, channel: id })}`,
          'aria-current': id === channel.id ? 'page' : undefined,
        },
        h('span', { 'aria-hidden': true }, '# '),
        name,
        isPrivate && h('small', null, ' private'),
      ),
    ),
  );
}

function main({ channel, user, users, messages }: DocumentProps): ReactNode {
  return h(
    'main',
    null,
    h(
      'header',
      { className: 'bar' },
      h('h2', null, `# ${channel.name}`),
      channel.is_ext_shared && h('span', { className: 'badge shared' }, 'Shared with another organization'),
      h(
        'label',
        { className: 'who' },
        'You are: ',
        h('select', { id: 'who', defaultValue: user.id }, users.map(option)),
      ),
    ),
    h(
      'p',
      { id: 'offline', role: 'status', hidden: true },
      'The demo has ended: this is the last that was seen of the channel.',
    ),
    h(
      'div',
      { id: 'messages', role: 'log', 'aria-label': 'Messages' },
      messages.map(({ id, node }) => h('div', { key: id, id }, node)),
    ),
    h('p', { className: 'empty' }, 'No message here yet.'),
  );
}

function option(user: UserSpec): ReactNode {
  return h('option', { key: user.id, value: user.id }, `${user.realName ?? user.name}${standing(user)}`);
}

function standing(user: UserSpec): string {
  if (user.deleted) return ' (deactivated)';
  if (user.is_stranger || user.team_id) return ' (other organization)';
  return user.is_restricted || user.is_ultra_restricted ? ' (guest)' : '';
}
