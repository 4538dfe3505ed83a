/**
 * The kinds of files that images can be written to (write-*.ts), by their names on the command line. In a file of its own,
 * so that reading the names loads no writer.
 */
export const writeTargets = ['lock', 'manifests', 'kustomization', 'helm-values'] as const;

/** One of {@link writeTargets}. */
export type WriteTarget = (typeof writeTargets)[number];
