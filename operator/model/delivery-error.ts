import { SCHEMA } from '../../crds/limits.ts';
import { bounded } from './text.ts';

/** Why a message is not where it should be. */
export interface DeliveryError {
  /** CamelCase, fit for a condition's reason. */
  readonly reason: string;
  /** For people: what is wrong and the cure. */
  readonly message: string;
}

/** The API has one field for both, `lastError`. No other file knows its form. */
export function printDeliveryError({ reason, message }: DeliveryError): string {
  return bounded(`${reason}: ${message}`, SCHEMA.Checkpoint.status.notifications.items.lastError.maxLength);
}

export function parseDeliveryError(lastError: string): DeliveryError {
  const [, reason, message = ''] = /^([A-Z][A-Za-z0-9]*): (.*)$/su.exec(lastError) ?? [];
  return reason === undefined ? { reason: 'DeliveryFailed', message: lastError } : { reason, message };
}
