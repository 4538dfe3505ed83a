/**
 * How many Applications the notifications controller works on at a time. Its default of one makes every Application wait
 * for the answers of all others: a state takes three or four requests to GitHub, which takes 100 at a time
 * (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */

// What it is started with.
const processors = 25;

/** The environment variable in place of `--processors-count` (argo-cd, cmd/argocd-notification). */
export const processorsVariable = {
  name: 'ARGOCD_NOTIFICATION_CONTROLLER_PROCESSORS_COUNT',
  value: String(processors),
};
