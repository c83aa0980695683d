import { describe, expect, it } from 'vitest';
import type { Checkpoint, Notification } from '../../crds/types.ts';
import type { MessageRef } from '../model/channel-ref.ts';
import { delivered, toBeShownAnew } from './delivery.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const CHANNEL = 'C0APPROVAL';
const SENT: Notification = {
  provider: 'Slack',
  channel: CHANNEL,
  state: 'Sent',
  messageID: '1.2',
  renderedHash: 'written',
  storedHash: 'kept',
  attempts: 1,
};
const OTHER: Notification = { ...SENT, channel: 'C0FINANCE1' };
const asked = (...notifications: Notification[]): Checkpoint => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'Checkpoint',
  metadata: { name: 'a', namespace: 'shop', uid: 'u' },
  spec: { action: 'a' },
  status: { notifications },
});

describe('the record of a message', () => {
  const recorded = (delivery: object) =>
    delivered(
      asked(SENT),
      SENT,
      { delivery: { ok: true, messageID: '1.2', renderedHash: 'new', ...delivery }, phase: 'Asking' },
      NOW,
    );

  it('has how Slack keeps it where that differs, and forgets it where it no longer does', () => {
    expect(recorded({ storedHash: 'kept anew' })).toMatchObject({
      renderedHash: 'new',
      storedHash: 'kept anew',
    });
    expect(recorded({})).not.toHaveProperty('storedHash');
  });
});

describe('a message that does not read as it was written', () => {
  const notificationsAfter = (message: MessageRef, ...all: Notification[]) =>
    toBeShownAnew(asked(...all), message, NOW)?.notifications;

  it('is written again: what it shows is on record no longer, and all else is', () => {
    const { renderedHash: _, storedHash: __, ...rest } = SENT;
    expect(
      notificationsAfter({ provider: 'Slack', channel: CHANNEL, messageID: '1.2' }, OTHER, SENT),
    ).toEqual([OTHER, rest]);
  });

  it.each<[string, Notification]>([
    ['is another', { ...SENT, messageID: '1.3' }],
    ['shows its end', { ...SENT, state: 'Final' }],
    ['is being written already', { ...SENT, renderedHash: undefined as never }],
  ])('is left alone where it %s', (_, notification) => {
    expect(
      notificationsAfter({ provider: 'Slack', channel: CHANNEL, messageID: '1.2' }, notification),
    ).toBeUndefined();
  });
});
