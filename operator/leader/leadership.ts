import type { LeaderElector } from './elector.ts';

/** Whether this process is the one that decides, delivers and sweeps. */
export type Leadership = Pick<LeaderElector, 'leads' | 'start' | 'stop' | 'problem' | 'overdue'>;

/** Of a process that runs alone, as from a checkout: it leads from the start, and asks nobody. */
export function alone(elected: (wasGivenUp: boolean) => void): Leadership {
  return {
    leads: true,
    start: () => elected(false),
    stop: () => Promise.resolve(),
    problem: () => undefined,
    overdue: () => undefined,
  };
}
