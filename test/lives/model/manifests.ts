/**
 * What revisions of the manifests' repository render: some images with their source commits and records, settings,
 * a Service, and hooks.
 */
import { recordName } from '../../../plugin/record/name.ts';
import { commitOf } from '../../conformance/recordings.ts';

/** How pods of an image get on once they are started. */
export type Pods = 'soon' | 'slow' | 'flash' | 'recovers' | 'never';

/** How the operation gets on that applies a revision. */
export interface Course {
  readonly preSync: 'none' | 'ok' | 'fails';
  readonly apply: 'ok' | 'fails' | 'error';
  readonly postSync: 'none' | 'ok' | 'fails';
  /** Attempts that go wrong before one goes well. */
  readonly failures: number;
  /** Whether what fails fails before the Deployments are applied. */
  readonly early: boolean;
}

/** One revision. */
export interface Revision {
  readonly hash: string;
  /** Cannot be rendered. */
  readonly broken: boolean;
  /** By slot: the number of the image's version; undefined where the revision has no such image. */
  readonly images: readonly (number | undefined)[];
  readonly settings: number;
  readonly pods: Pods;
  readonly course: Course;
}

/** An image of the Application. */
export interface Slot {
  readonly owner: string;
  readonly repository: string;
}

/** A resource that a revision renders. */
export interface Resource {
  readonly group: string;
  readonly kind: 'ConfigMap' | 'Service' | 'Deployment';
  readonly name: string;
  readonly content: string;
  /** Left out of the comparison when it is no longer rendered (IgnoreExtraneous). */
  readonly ignored: boolean;
}

export const keyOf = ({ kind, name }: Pick<Resource, 'kind' | 'name'>): string => `${kind}/${name}`;

/** The source commit of a version: its label is `SLOT.VERSION`. */
function sourceCommit(life: string, slot: Slot, version: number): string {
  return commitOf(`${life} ${slot.owner}/${slot.repository} ${version}`);
}

/** What is rendered. */
export interface Rendered {
  readonly resources: readonly Resource[];
  /** The records' names, by slot. */
  readonly records: readonly (string | undefined)[];
}

/** How an Application renders its revisions. */
export interface Renderer {
  readonly life: string;
  readonly application: string;
  readonly environment: string;
  readonly slots: readonly Slot[];
  /** Settings get a new name with each content, as a configMapGenerator does it. */
  readonly generatedNames: boolean;
  /** Without records nothing may be told. */
  readonly records: boolean;
}

/** Renders one revision. */
export function render(by: Renderer, revision: Revision): Rendered {
  const records = by.slots.map(({ owner, repository }, slot) => {
    const version = revision.images[slot];
    if (version === undefined || !by.records) return undefined;
    const commit = sourceCommit(by.life, { owner, repository }, version);
    return recordName({ owner, repository, environment: by.environment, application: by.application, commit });
  });
  const resources: Resource[] = [
    {
      group: '',
      kind: 'ConfigMap',
      name: by.generatedNames ? `settings-${revision.settings}` : 'settings',
      content: String(revision.settings),
      ignored: false,
    },
    ...[...new Set(records)].flatMap((name): Resource[] =>
      name === undefined ? [] : [{ group: '', kind: 'ConfigMap', name, content: '', ignored: true }],
    ),
    { group: '', kind: 'Service', name: 'web', content: '', ignored: false },
    ...revision.images.flatMap((version, slot): Resource[] =>
      version === undefined
        ? []
        : [
            {
              group: 'apps',
              kind: 'Deployment',
              name: `web-${slot}`,
              content: `${version} ${revision.pods}`,
              ignored: false,
            },
          ],
    ),
  ];
  return { resources, records };
}
