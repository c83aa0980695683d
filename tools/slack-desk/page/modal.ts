import type { InputBlock, KnownBlock } from '@slack/types';
import { createElement as h, type ReactNode } from 'react';
import type { DeskView } from '../types.ts';
import { blocksView, type Names, plainText } from './blocks.ts';

/** A modal as a form; inputs are named by their block ids. */
export function modalView(
  view: DeskView,
  errors: { readonly [blockId: string]: string },
  names: Names,
): ReactNode {
  return h(
    'form',
    { className: 'modal', 'data-view': view.id, noValidate: true },
    h('h2', { id: 'modal-title' }, plainText(view.title)),
    h(
      'div',
      { className: 'modal-body' },
      h('p', { className: 'trouble', role: 'alert' }),
      view.blocks.map((block, index) => modalBlock(block, index, { errors, names })),
    ),
    h(
      'footer',
      null,
      h(
        'button',
        { type: 'button', className: 'button', 'data-cancel': '' },
        plainText(view.close ?? { text: 'Cancel' }),
      ),
      view.submit && h('button', { type: 'submit', className: 'button primary' }, plainText(view.submit)),
    ),
  );
}

interface Shown {
  readonly errors: { readonly [blockId: string]: string };
  readonly names: Names;
}

function modalBlock(block: KnownBlock, index: number, { errors, names }: Shown): ReactNode {
  if (block.type !== 'input' || block.element.type !== 'plain_text_input') {
    return h('div', { key: index }, blocksView([block], names));
  }
  return h('div', { key: index, className: 'field' }, textField(block, errors[block.block_id ?? '']));
}

function textField(block: InputBlock, error: string | undefined): ReactNode {
  const { element } = block;
  if (element.type !== 'plain_text_input') return null;
  const id = `input-${block.block_id}`;
  const notes = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(' ');
  return [
    h(
      'label',
      { key: 'label', htmlFor: id },
      plainText(block.label),
      block.optional && h('span', { className: 'quiet' }, ' (optional)'),
    ),
    h(element.multiline ? 'textarea' : 'input', {
      key: 'input',
      id,
      name: block.block_id,
      defaultValue: element.initial_value,
      placeholder: element.placeholder?.text,
      maxLength: element.max_length,
      required: block.optional !== true,
      autoFocus: element.focus_on_load,
      'aria-invalid': error === undefined ? undefined : true,
      'aria-describedby': notes || undefined,
      ...(element.multiline ? { rows: 4 } : { type: 'text', autoComplete: 'off' }),
    }),
    error && h('p', { key: 'error', id: `${id}-error`, className: 'error', role: 'alert' }, error),
    block.hint && h('p', { key: 'hint', id: `${id}-hint`, className: 'quiet' }, plainText(block.hint)),
  ];
}
