import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { KubeClient } from '../../operator/kube/client.ts';
import { Controller } from '../../operator/reconcile/controller.ts';
import { slackIsOff } from '../../operator/slack/notifier.ts';
import { eventually } from './eventually.ts';

/** Runs a controller without Slack in this process until the test ends; resolves once it can decide by rules. */
export async function runController(client: KubeClient): Promise<void> {
  const controller = new Controller({
    client,
    notifier: slackIsOff,
    log: pino({ level: 'silent' }),
    instance: 'test',
    workers: 4,
    sweepSeconds: 60,
    decides: true,
  });
  const stopping = new AbortController();
  const running = controller.run(stopping.signal);
  onTestFinished(async () => {
    stopping.abort();
    await running;
  });
  await eventually('it is ready', () => (controller.notReady().length === 0 ? true : undefined));
}
