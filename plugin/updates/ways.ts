/**
 * The ways of writing images down (write-*.ts), by the word for each on the command line. A file of its own, so that
 * the words cost no more than words.
 */
export const ways = ['lock', 'manifests', 'kustomization', 'helm-values'] as const;

/** One of {@link ways}. */
export type Way = (typeof ways)[number];
