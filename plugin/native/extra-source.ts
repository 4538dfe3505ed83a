/**
 * What an Application needs so that a record that its source does not hold is deployed with it: a second, small source.
 */
import type { Placement } from './placement.ts';
import { writeYaml } from '../yaml/write.ts';

/** Where the record is, as Argo CD is told. */
export interface ExtraSource extends Extract<Placement, { kind: 'extra-source' }> {
  /** The Application. */
  readonly application: string;
  /** The repository of the record, as git knows it. */
  readonly repository: string | undefined;
  /** The branch, tag or commit that Argo CD follows. */
  readonly revision: string;
}

/**
 * The patch as RFC 6902 operations in YAML, for `kubectl patch --type json --patch-file` or a kustomization: it makes one
 * `source` the first of several, and adds the record's.
 */
export function applicationPatch({ application, repository, revision, path, include }: ExtraSource): string {
  const source = {
    repoURL: repository ?? 'REPOSITORY',
    targetRevision: revision,
    path: path === '' ? '.' : path,
    directory: { include },
  };
  const operations = [
    { op: 'add', path: '/spec/sources', value: [] },
    { op: 'move', from: '/spec/source', path: '/spec/sources/0' },
    { op: 'add', path: '/spec/sources/-', value: source },
  ];
  const head = [
    `# For the Application ${application}: kubectl -n argocd patch application ${application} --type json --patch-file FILE`,
    '# Where it has sources already, keep the last operation alone. Put it into Git where the Application is in Git.',
    ...(repository === undefined
      ? ['# REPOSITORY is the address of this repository.']
      : ['# repoURL: as the Application names this repository.']),
  ];
  return `${head.join('\n')}\n${writeYaml(operations)}`;
}
