import { parentPort } from 'node:worker_threads';
import type { Reply, Step } from './protocol.ts';
import { RuleBook } from './rule-book.ts';

const book = new RuleBook();

/** A message is a batch of steps and is answered by as many replies. */
parentPort?.on('message', (steps: readonly Step[]) => {
  parentPort?.postMessage(steps.map(perform));
});

function perform(step: Step): Reply {
  if (step.type === 'Remove') {
    book.remove(step.key);
    return { type: 'Removed' };
  }
  if (step.type === 'Set') {
    const compilation = book.set(step.held);
    return { type: 'Set', problems: compilation.ok ? [] : compilation.problems };
  }
  const { input, except, only } = step;
  const filter = (key: string): boolean => (only === undefined ? !except.includes(key) : key === only);
  return { type: 'Evaluated', results: book.evaluate(input, filter) };
}
