import { describe, expect, it } from 'vitest';
import { changelogFaults, sectionsOf } from './changelog.ts';

const log = (...headings: string[]) =>
  `# Changelog\n\n${headings.map((each) => `${each}\n\n- Text.\n`).join('\n')}`;

describe('a changelog', () => {
  it('is read section by section', () => {
    const text = log('## [Unreleased]', '## [1.0.0] - 2026-11-28');
    expect(sectionsOf(text)).toEqual([
      { name: 'Unreleased', text: '- Text.' },
      { name: '1.0.0', date: '2026-11-28', text: '- Text.' },
    ]);
    expect(changelogFaults(text)).toEqual([]);
  });

  it.each([
    ['no section for what comes', ['## [1.0.0] - 2026-11-28'], 'the first section is not [Unreleased]'],
    ['no date', ['## [Unreleased]', '## [1.0.0]'], '[1.0.0] has no date of the form YYYY-MM-DD'],
    ['a day that no month has', ['## [Unreleased]', '## [1.0.0] - 2026-02-30'], '[1.0.0] has no date'],
    ['a month that no year has', ['## [Unreleased]', '## [1.0.0] - 2026-13-01'], '[1.0.0] has no date'],
    ['no version', ['## [Unreleased]', '## [next] - 2026-11-28'], '[next] is no version'],
    ['a heading of another form', ['## [Unreleased]', '## 1.0.0'], 'a heading is neither'],
    [
      'the oldest first',
      ['## [Unreleased]', '## [1.0.0] - 2026-11-27', '## [1.1.0] - 2026-11-28'],
      'the versions are not in order',
    ],
    [
      'a version twice',
      ['## [Unreleased]', '## [1.0.0] - 2026-11-27', '## [1.0.0] - 2026-11-28'],
      'the versions are not in order',
    ],
  ])('with %s is refused', (_, headings, fault) => {
    expect(changelogFaults(log(...headings))).toEqual([expect.stringContaining(`CHANGELOG.md: ${fault}`)]);
  });
});
