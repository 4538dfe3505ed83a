/**
 * The parameters as Argo CD's UI shows them (spec.parameters.dynamic of the plugin): a JSON list of
 * ParameterAnnouncement (reposerver/repository/repository.proto). The UI has no choice list, so the choices stand in
 * the tooltip.
 */
import { listNames } from '../diagnostics/suggest.ts';

/** One announced parameter, as Argo CD reads it. */
export interface Announcement {
  readonly name: string;
  readonly title: string;
  readonly tooltip: string;
  readonly required: boolean;
  readonly itemType: 'string';
  readonly collectionType: 'string' | 'array' | 'map';
}

const pullRequest: Announcement = {
  name: 'preview',
  title: 'Pull request',
  tooltip: 'For an environment with preview: number, branch and commit of the pull request.',
  required: false,
  itemType: 'string',
  collectionType: 'map',
};

/**
 * The announcements for an application with these environments and declared values.
 * @param previews whether one of the environments is for pull requests
 */
export function announcements(
  environments: readonly string[],
  values: readonly string[],
  previews = false,
): readonly Announcement[] {
  return [
    {
      name: 'environment',
      title: 'Environment',
      tooltip:
        environments.length === 0
          ? 'The environment to render; waybill.yaml names none, so any name is accepted.'
          : `The environment of waybill.yaml to render. One of: ${listNames(environments)}.`,
      required: environments.length > 0,
      itemType: 'string',
      collectionType: 'string',
    },
    {
      name: 'images',
      title: 'Images',
      tooltip: 'Images to run instead of those of the lock: NAME:TAG, NAME@DIGEST or NAME=NEWNAME:TAG.',
      required: false,
      itemType: 'string',
      collectionType: 'array',
    },
    {
      name: 'values',
      title: 'Values',
      tooltip:
        values.length === 0
          ? 'Values for the templates of waybill.yaml; this one declares none.'
          : `Values for the templates of waybill.yaml. It declares: ${listNames(values)}.`,
      required: false,
      itemType: 'string',
      collectionType: 'map',
    },
    ...(previews ? [pullRequest] : []),
  ];
}
