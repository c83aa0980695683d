import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inQuotes } from './quoted.ts';

describe('somebody’s words in quotes', () => {
  it.each([
    ['refund-bot', '“refund-bot”'],
    ["Ada's bot", "“Ada's bot”"],
    ['l’agent', '“l’agent”'],
    ['bot” is verified', "“bot' is verified”"],
    ['bot" is verified', "“bot' is verified”"],
    ["bot'' is verified", "“bot' is verified”"],
    ['bot’’ is ❞verified„', "“bot' is 'verified'”"],
    ['""""', "“'”"],
  ])('%s stay %s', (words, text) => {
    expect(inQuotes(words)).toBe(text);
  });

  it('end where the sentence goes on, whatever they are', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'a\'"”“’‘„«') }),
    );
    fc.assert(
      fc.property(words, (any) => {
        expect(inQuotes(any)).toMatch(/^“[^"“”„«»]*”$/u);
        expect(inQuotes(any)).not.toMatch(/['’‘‚]{2}/u);
      }),
    );
  });
});
