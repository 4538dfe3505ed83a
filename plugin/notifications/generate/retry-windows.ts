/**
 * How long a failed delivery is retried, in seconds. Older states are not delivered, so a new receiver gets no flood of
 * past events.
 */

/** For statuses of commits, which must be complete. */
export const day = 24 * 60 * 60;

/** For chat and e-mail. */
export const hour = 60 * 60;
