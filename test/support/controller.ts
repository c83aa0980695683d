import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { KubeClient } from '../../operator/kube/client.ts';
import { buildController } from '../../operator/reconcile/wiring.ts';
import { slackIsOff } from '../../operator/slack/posting/notifier.ts';
import { eventually } from './eventually.ts';

/** Runs a controller without Slack in this process until the test ends; resolves once it can decide by rules. */
export async function runController(client: KubeClient): Promise<void> {
  const { controller } = buildController({
    client,
    providers: [slackIsOff()],
    log: pino({ level: 'silent' }),
    instance: 'test',
    workers: 4,
    sweepSeconds: 60,
  });
  const stopping = new AbortController();
  const following = controller.follow(stopping.signal);
  controller.startDeciding({ othersHaveEnded: false });
  onTestFinished(async () => {
    await controller.stopDeciding();
    stopping.abort();
    await following;
  });
  await eventually('it is ready', () => (controller.notReady().length === 0 ? true : undefined));
}
