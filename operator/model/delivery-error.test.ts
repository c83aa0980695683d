import { expect, it } from 'vitest';
import { parseDeliveryError, printDeliveryError } from './delivery-error.ts';

it.each(['no colon', 'a: colon, and\na second line', ''])(
  'the reason and the words %j come back',
  (message) => {
    const error = { reason: 'SlackNotInChannel', message };
    expect(parseDeliveryError(printDeliveryError(error))).toEqual(error);
  },
);

it('words without a reason are words', () => {
  expect(parseDeliveryError('no such channel')).toEqual({
    reason: 'DeliveryFailed',
    message: 'no such channel',
  });
});

it('is cut to what the field takes, and keeps its reason', () => {
  const printed = printDeliveryError({ reason: 'SlackRefused', message: 'x'.repeat(5_000) });
  expect(printed.length).toBe(1024);
  expect(parseDeliveryError(printed).reason).toBe('SlackRefused');
});
