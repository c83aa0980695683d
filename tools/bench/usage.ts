import { readFile } from 'node:fs/promises';
import { UsageError } from '../../operator/errors.ts';

/** What Linux counts processor time in, per second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface Usage {
  /** Of all threads, since the process began. */
  readonly cpuSeconds: number;
  /** Resident now. */
  readonly memoryMb: number;
}

/** The same look at every contender, whatever it is written in. @throws UsageError where there is no /proc. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, statm] = await Promise.all(
    ['stat', 'statm'].map((file) =>
      readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => {
        throw new UsageError(`the bench reads /proc/${pid}/${file}: it needs Linux, and the process alive`);
      }),
    ),
  );
  // The name in parentheses may hold blanks. After it: state is field 3; user and system time are fields 14 and 15.
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const pages = Number((statm ?? '').split(' ')[1]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, memoryMb: (pages * PAGE_BYTES) / 1e6 };
}
