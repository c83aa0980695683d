import type { EventsV1Event } from '@kubernetes/client-node';
import { Counter } from 'prom-client';
import { builtin } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import { AtOnce } from './at-once.ts';
import type { KubeClient } from './client.ts';
import { microTime } from './micro-time.ts';

const EVENTS = builtin('events.k8s.io', 'Event', 'events', true);

/** The API server's bound on an Event's note, in bytes. */
const NOTE_BYTES = 1024;

const failures = new Counter({
  name: 'approvalgate_event_failures_total',
  help: 'Events that could not be written.',
  registers: [registry],
});

interface EventDetails {
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly metadata: ObjectMeta };
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  /** When it happened; default: now. */
  readonly at?: Date;
}

interface EventWriterOptions {
  readonly client: Pick<KubeClient, 'create' | 'clock'>;
  /** Name of this process in Events. */
  readonly instance: string;
  readonly log: Logger;
  /** How many may wait; for tests. */
  readonly limit?: number;
}

/** Writes an Event. A failure is logged and counted, and never reaches the caller. */
export async function recordEvent(
  client: Pick<KubeClient, 'create' | 'clock'>,
  instance: string,
  details: EventDetails,
  log: Logger,
): Promise<void> {
  try {
    await client.create(EVENTS, eventOf(instance, details, details.at ?? client.clock.now()));
  } catch (error) {
    failed(log, details, toError(error).message);
  }
}

/** How many Events may wait: more do only if the API server hardly answers. */
const WAITING = 10_000;

/**
 * Writes Events in order, one at a time as client-go does, so that a hundred decisions at once do not wait for their
 * Events. If too many wait, an Event is not written; that is counted and logged.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #one = new AtOnce(1);
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /** Never throws. */
  write(details: EventDetails): void {
    const { client, instance, log, limit = WAITING } = this.#options;
    if (this.#waiting >= limit) {
      failed(log, details, `${limit} others wait`);
      return;
    }
    this.#waiting += 1;
    const dated = { ...details, at: client.clock.now() };
    this.#last = this.#one.run(async () => {
      await recordEvent(client, instance, dated, log);
      this.#waiting -= 1;
    });
  }

  /** Resolves when what waits now has been tried. */
  async written(): Promise<void> {
    await this.#last;
  }
}

function failed(log: Logger, { reason }: EventDetails, error: string): void {
  failures.inc();
  log.warn({ reason, error }, 'could not write an event');
}

/** Its times are text on the wire. */
type WrittenEvent = Omit<EventsV1Event, 'eventTime' | 'metadata'> & {
  readonly eventTime: string;
  readonly metadata: ObjectMeta;
};

function eventOf(instance: string, details: EventDetails, now: Date): WrittenEvent {
  const { object, type, reason, action, note } = details;
  const { namespace = 'default', name, uid } = object.metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, generateName: `${name.slice(0, 200)}-` } as unknown as ObjectMeta,
    eventTime: microTime(now),
    reportingController: 'approvalgate.dev/operator',
    reportingInstance: instance.slice(0, 128),
    action,
    reason,
    type,
    note: boundedBytes(note),
    regarding: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, ...(uid ? { uid } : {}) },
  };
}

function boundedBytes(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= NOTE_BYTES) return note;
  return `${bytes
    .subarray(0, NOTE_BYTES - 6)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')}…`;
}
