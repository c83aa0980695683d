import { toError, UsageError } from '../../operator/errors.ts';
import { parseOptions, USAGE } from './options.ts';
import { probe } from './probe.ts';

/** As a shell says of what Ctrl-C has ended. */
const INTERRUPTED = 130;

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => interruption.abort(new Error('interrupted; deleting what was posted')));
}

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) process.stdout.write(USAGE);
  else await probe(options, (line) => console.log(line), interruption.signal);
  process.exit(0);
} catch (error) {
  console.error(toError(error).message);
  if (error instanceof UsageError) process.exit(2);
  process.exit(interruption.signal.aborted ? INTERRUPTED : 1);
}
