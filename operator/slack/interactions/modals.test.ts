import { describe, expect, it } from 'vitest';
import { ORIGIN, VIEW } from '../../../test/support/views.ts';
import { createLogger } from '../../log.ts';
import type { MessageView } from '../../messages/message.ts';
import type { SlackWeb } from '../connection/web.ts';
import { fullModal } from '../render/modal.ts';
import type { Interaction, InteractionSubject } from './interaction.ts';
import { OpenModals } from './modals.ts';

/** A Slack that keeps each block in a form that nobody foresaw. */
function windows(): { readonly opened: OpenModals; readonly kept: unknown[][] } {
  const kept: unknown[][] = [];
  const open = ({ view }: { view: { blocks: object[] } }) => {
    const blocks = view.blocks.map((block) => ({ ...block, beautiful: true }));
    kept.push(blocks);
    return Promise.resolve({ view: { id: `V${kept.length}`, blocks } });
  };
  const web = { client: { views: { open } } } as unknown as SlackWeb;
  return { opened: new OpenModals(web, createLogger('silent')), kept };
}

const found = { view: VIEW, reference: VIEW.checkpoint } as unknown as InteractionSubject;
const interaction = (viewId: string, blocks: unknown): Interaction =>
  ({ ...ORIGIN, viewId, blocks }) as unknown as Interaction;
const wanted = (view: MessageView = VIEW) => fullModal(view, ORIGIN).blocks;

describe('a window that Slack keeps in another form', () => {
  it('reads as it was sent by its own id, and by no other', async () => {
    const { opened, kept } = windows();
    await opened.open('full', found, interaction('', []));
    expect(opened.shows(interaction('V1', kept[0]), wanted())).toBe(true);
    expect(opened.shows(interaction('V2', kept[0]), wanted())).toBe(false);
    expect(opened.shows(interaction('V1', [...(kept[0] ?? []), {}]), wanted())).toBe(false);
    expect(opened.shows(interaction('', wanted()), wanted())).toBe(true);
  });

  it('reads otherwise once the request reads otherwise', async () => {
    const { opened, kept } = windows();
    await opened.open('full', found, interaction('', []));
    expect(opened.shows(interaction('V1', kept[0]), wanted({ ...VIEW, needs: ['2 approvals'] }))).toBe(false);
  });

  it('is forgotten when a thousand later ones are open', async () => {
    const { opened, kept } = windows();
    for (let i = 0; i < 1001; i += 1) await opened.open('full', found, interaction('', []));
    expect(opened.shows(interaction('V1', kept[0]), wanted())).toBe(false);
    expect(opened.shows(interaction('V2', kept[1]), wanted())).toBe(true);
    expect(opened.shows(interaction('V1001', kept[1000]), wanted())).toBe(true);
  });
});
