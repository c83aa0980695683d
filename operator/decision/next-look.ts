/** How long after the deadline a review that was created in time may still become readable. */
const GRACE_MS = 2_000;

/** Every pending checkpoint is looked at again at least this often, whatever timers were lost. */
const RELOOK_MS = 30_000;

/** Between two looks at what waits for a proof, or, once its deadline has passed, only for rules. */
export const SOON_MS = 1_000;

/** The first instant at which no review that was created in time can still be unread. */
export function closingTime(deadline: Date): Date {
  return new Date(deadline.getTime() + GRACE_MS);
}

function earliest(...instants: readonly (Date | undefined)[]): Date {
  const known = instants.filter((instant) => instant !== undefined).map((instant) => instant.getTime());
  return new Date(Math.min(...known));
}

/** When to look again at what is undecided at `now`, if nothing happens before. */
export function nextLook(now: Date, deadline: Date): Date {
  const closing = closingTime(deadline);
  const overdue = now >= closing;
  const wait = overdue ? SOON_MS : RELOOK_MS;
  return earliest(new Date(now.getTime() + wait), overdue ? undefined : closing);
}
