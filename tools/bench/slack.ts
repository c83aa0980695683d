import { parseArgs } from 'node:util';
import { startControlPlane } from '../cluster/control-plane.ts';
import { measureClicks } from './slack-clicks.ts';
import { measureQuestions } from './slack-questions.ts';

const USAGE = `usage: make bench-slack, or: node tools/bench/slack.ts [flags]

The operator with Slack's double, which keeps Slack's rate limits: how many of many questions reach one channel, and
when; and how long a click takes until the decision stands in the checkpoint's status.

  --questions N  questions to one channel (default: 300; 0: none)
  --minutes LIST their times to answer, a run each (default: 15,1)
  --clicks N     clicks in flight at once (default: 100; 0: none)
  --rounds N     how often, after a first time that is not measured (default: 5)
`;

const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '300' },
    minutes: { type: 'string', default: '15,1' },
    clicks: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await main();

/** Each on a control plane of its own, so that nothing of the one is left to do in the other. */
async function main(): Promise<void> {
  const [questions, clicks] = [Number(values.questions), Number(values.clicks)];
  for (const minutes of questions > 0 ? values.minutes.split(',').map(Number) : []) {
    await onControlPlane((cluster) => measureQuestions(cluster, { count: questions, minutes }));
  }
  if (clicks > 0) {
    await onControlPlane((cluster) =>
      measureClicks(cluster, { count: clicks, rounds: Number(values.rounds) }),
    );
  }
}

async function onControlPlane(
  measure: (cluster: Awaited<ReturnType<typeof startControlPlane>>) => Promise<void>,
): Promise<void> {
  const cluster = await startControlPlane();
  try {
    await measure(cluster);
  } finally {
    await cluster.stop();
  }
}
