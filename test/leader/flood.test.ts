import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { deadlineOf } from '../../operator/model/time.ts';
import { CHANNEL } from '../../tools/environment/environment.ts';
import type { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({ channel: CHANNEL });
const desk = () => environment().product.desk;

const QUESTIONS = 30;
const BEFORE = 8;
/** About one a second, after a lease and the half minute after which a claim of another process is taken over. */
const PATIENCE_MS = 200_000;

interface Posted {
  readonly name: string;
  readonly deadline: number;
  readonly at: number;
}

/** Asks all of them at once, in no order of their deadlines. */
function askAll(ns: TestNamespace): Promise<Checkpoint[]> {
  return Promise.all(
    Array.from({ length: QUESTIONS }, (_, i) =>
      ns.ask({ timeoutSeconds: 1_800 + ((i * 7) % QUESTIONS) * 60 }),
    ),
  );
}

/** The questions in the order in which Slack took them; one that it took twice is there twice. */
function taken(asked: readonly Checkpoint[]): Posted[] {
  return desk()
    .callsOf('chat.postMessage')
    .filter(({ outcome }) => outcome === 'ok')
    .flatMap(({ args, at }) => {
      const text = JSON.stringify(args);
      const question = asked.find(({ metadata }) => text.includes(metadata.uid ?? ''));
      if (question === undefined) return [];
      return [{ name: question.metadata.name, deadline: deadlineOf(question).getTime(), at: at.getTime() }];
    });
}

async function untilPosted(asked: readonly Checkpoint[], count: number): Promise<Posted[]> {
  return eventually(
    `${count} questions are posted`,
    () => {
      const posted = taken(asked);
      return posted.length >= count ? posted : undefined;
    },
    PATIENCE_MS,
  );
}

describe.each<[string, (leader: OperatorProcess) => Promise<void>]>([
  ['is killed', (leader) => leader.kill()],
  ['is told to stop', (leader) => leader.stop()],
])('a flood of questions while the leader %s', (_, end) => {
  it('is posted to its end by the other: each question once, the nearest deadline first', async () => {
    const { product } = environment();
    await product.operator.stop();
    // Admission goes on, whoever leads.
    const admission = await product.startOperator(['--roles', 'webhook']);
    const controllers = ['--roles', 'controller', '--leader-elect'];
    const leader = await product.anotherOperator(0, controllers);
    const standby = await product.anotherOperator(0, controllers);
    const ns = await environment().namespace();
    const asked = await askAll(ns);
    const first = await untilPosted(asked, BEFORE);
    await end(leader);
    const atEnd = taken(asked);
    expect(atEnd.length).toBeLessThan(QUESTIONS);
    const all = await untilPosted(asked, QUESTIONS);
    for (const each of asked) await ns.message(each, 'Sent');
    expect(all.slice(0, first.length)).toEqual(first);
    expect(taken(asked)).toHaveLength(QUESTIONS);
    expect(new Set(all.map(({ name }) => name)).size).toBe(QUESTIONS);
    const after = all.slice(atEnd.length).map(({ deadline }) => deadline);
    const gap = (((all[atEnd.length]?.at ?? 0) - (atEnd.at(-1)?.at ?? 0)) / 1000).toFixed(1);
    console.log(`${atEnd.length} were posted before; the next came ${gap} s later`);
    expect(after).toEqual(after.toSorted((a, b) => a - b));
    await standby.stop();
    await admission.stop();
    await product.startOperator();
  });
});
