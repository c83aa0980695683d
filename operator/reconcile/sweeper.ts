import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { recordEvent } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import { pause, systemTimers, type Timers } from '../timers.ts';
import { sweep } from './sweep.ts';

interface Options {
  readonly client: KubeClient;
  /** Name of this process in Events. */
  readonly instance: string;
  readonly log: Logger;
  readonly sweepSeconds: number;
  readonly timers?: Timers;
}

/** An operator that restarts more often than it sweeps must sweep all the same, once its caches are full. */
const FIRST_SECONDS = 60;

/** Sweeps soon after the start, then again and again until the signal aborts; one that fails is followed by the next. */
export async function sweepRegularly(options: Options, signal: AbortSignal): Promise<void> {
  const { client, log, sweepSeconds, timers = systemTimers } = options;
  for (let wait = Math.min(FIRST_SECONDS, sweepSeconds); !signal.aborted; wait = sweepSeconds) {
    await pause(timers, wait * 1000, signal);
    if (signal.aborted) return;
    try {
      const announce = (checkpoint: Checkpoint, note: string) => sweptEarly(options, checkpoint, note);
      await sweep({ client, now: client.clock.now(), log, announce, signal });
    } catch (error) {
      log.warn({ error: toError(error).message }, 'the sweep stopped early; the next one goes on');
    }
  }
}

function sweptEarly({ client, instance, log }: Options, { metadata }: Checkpoint, note: string) {
  const object = { apiVersion: API_VERSION, kind: CHECKPOINTS.kind, metadata };
  const event = { object, type: 'Warning', reason: 'TooManySettled', action: 'Sweep', note } as const;
  return recordEvent(client, instance, event, log);
}
