import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** All metrics of this process; each room registers its own on it. */
export const registry = new Registry();

/** Memory, CPU and event loop of the process, and how far its clock is off. `clockOffset` is in seconds. */
export function registerProcessMetrics(clockOffset: () => number): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'approvalgate_clock_offset_seconds',
    help: "Seconds to add to this machine's clock to have the API server's.",
    registers: [registry],
    collect() {
      this.set(clockOffset());
    },
  });
}
