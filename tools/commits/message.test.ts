import { describe, expect, it } from 'vitest';
import { messageFaults } from './message.ts';

const BODY = '\n\nA reader of the log sees it whole.\n';

describe('a commit message', () => {
  it.each([
    ['has a subject and a body', `Cut subjects at 72 characters${BODY}`],
    ['has a subject of 72 characters', `A${'b'.repeat(71)}${BODY}`],
    ['counts characters, not the halves of which a text is made', `A${'😀'.repeat(71)}${BODY}`],
    ['has trailers below a body', `Cut subjects${BODY}\nCo-authored-by: Mia <mia@example.com>\n`],
    ['has the lines that git shows to whoever edits it', `Cut subjects${BODY}# Please enter a message\n#\n`],
  ])('is good where it %s', (_, message) => {
    expect(messageFaults(message)).toEqual([]);
  });

  it.each([
    ['a subject of 73 characters', `A${'b'.repeat(72)}${BODY}`, 'the subject has 73 characters; at most 72'],
    ['no subject', '\n\n', 'the subject is empty'],
    ['a full stop', `Cut subjects.${BODY}`, 'the subject ends with a full stop'],
    ['a small letter', `cut subjects${BODY}`, 'the subject does not begin with a capital letter'],
    ['a fixup', `fixup! Cut subjects${BODY}`, 'the commit was meant to be melted into another one'],
    ['no empty line', 'Cut subjects\nSo that they fit\n', 'the line below the subject is not empty'],
    ['no body', 'Cut subjects\n', 'there is no body: say why the change is made'],
    ['trailers alone', 'Cut subjects\n\nSigned-off-by: Mia <mia@example.com>\n', 'there is no body: say why'],
    ['comments alone', 'Cut subjects\n\n# why\n', 'there is no body: say why'],
    ['a diff alone', 'Cut subjects\n\n# --- >8 ---\ndiff --git a/x b/x\n', 'there is no body: say why'],
  ])('with %s is refused', (_, message, fault) => {
    expect(messageFaults(message)).toContainEqual(expect.stringContaining(fault));
  });
});
