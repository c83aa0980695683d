/** A call to the chat product is given up after this; by then it has arrived or never will. */
export const CALL_TIMEOUT_MS = 8_000;

/** A message that is too long is refused, and posted once more in a shorter form. The provider has a form for each. */
export const CALLS_PER_POST = 2;

/** A post is given up after this: all its calls, one after another. */
export const POST_TIMEOUT_MS = CALLS_PER_POST * CALL_TIMEOUT_MS;

/** A post begins within this after the write that claims it, or not at all. */
export const POST_WITHIN_MS = 10_000;

/** For what lies between a time that was looked at and the call that follows. */
const MARGIN_MS = 4_000;

/**
 * So long after a claim was first seen, whatever its owner began has ended: another process may take over. Computed, so
 * that no single figure can be changed to where two processes post the same question.
 */
export const TAKEOVER_MS = POST_WITHIN_MS + POST_TIMEOUT_MS + MARGIN_MS;
