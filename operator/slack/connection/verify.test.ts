import { describe, expect, it } from 'vitest';
import { refusalOf, sign } from './verify.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const rawBody = Buffer.from('payload=%7B%7D');
const at = (seconds: number): string => String(NOW.getTime() / 1000 + seconds);
const signedAt = (timestamp: string, secret = 'new') => ({
  timestamp,
  rawBody,
  signature: sign(secret, timestamp, rawBody),
});

describe('a request', () => {
  it('that Slack signed is taken, by Slack’s own published example', () => {
    // Source: the example of Slack's guide on verifying requests.
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(sign('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', Buffer.from(body))).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  it.each([
    ['signed by the new secret', signedAt(at(0)), undefined],
    ['signed by the old secret', signedAt(at(0), 'old'), undefined],
    ['five minutes old', signedAt(at(-300)), undefined],
    ['older than five minutes', signedAt(at(-301)), 'StaleTimestamp'],
    ['five minutes ahead', signedAt(at(300)), undefined],
    ['further ahead', signedAt(at(301)), 'FutureTimestamp'],
    ['signed by another secret', signedAt(at(0), 'leaked'), 'WrongSignature'],
    ['with another body', { ...signedAt(at(0)), rawBody: Buffer.from('payload=1') }, 'WrongSignature'],
    ['with another time', { ...signedAt(at(0)), timestamp: at(1) }, 'WrongSignature'],
    ['with a short signature', { ...signedAt(at(0)), signature: 'v0=' }, 'WrongSignature'],
    ['without a signature', { ...signedAt(at(0)), signature: undefined }, 'MissingHeaders'],
    ['without a time', { ...signedAt(at(0)), timestamp: undefined }, 'MissingHeaders'],
    ['with a time that is no number', signedAt('soon'), 'MissingHeaders'],
    ['with a signed negative time', signedAt('-1'), 'MissingHeaders'],
  ])('%s', (_, request, refusal) => {
    expect(refusalOf(request, ['new', 'old'], NOW)).toBe(refusal);
  });

  it('is refused where no secret is set', () => {
    expect(refusalOf(signedAt(at(0), ''), [], NOW)).toBe('WrongSignature');
  });
});
