/**
 * How long a delivery that fails is tried again, in seconds. What is older is not told any more, so a new receiver
 * is not flooded with what happened before.
 */

/** For what must be complete: statuses of commits. */
export const day = 24 * 60 * 60;

/** For people, who want no old news. */
export const hour = 60 * 60;
