// Which page stands where in the documentation: by what a reader needs. test/docs/links.test.ts compares this list with
// the files.

/** A group of the sidebar: its title and its pages, as paths below docs/ without `.md`. */
export interface Group {
  readonly title: string;
  readonly pages: readonly string[];
}

export const groups: readonly Group[] = [
  { title: 'Start', pages: ['index', 'install', 'adopt', 'moving', 'native', 'sidecar'] },
  {
    title: 'See',
    pages: [
      'three-am',
      'status',
      'where',
      'wait',
      'trace',
      'diff-in-pull-requests',
      'metrics',
      'page',
      'argocd-ui',
      'what-reads-statuses',
    ],
  },
  {
    title: 'Tasks',
    pages: [
      'pipelines',
      'images',
      'overlays',
      'strategies',
      'verify',
      'handback/README',
      'events',
      'previews',
      'setups',
    ],
  },
  {
    title: 'Statuses',
    pages: [
      'notifications/README',
      'notifications/configuration',
      'notifications/providers',
      'notifications/people',
      'notifications/webhooks',
      'notifications/validate',
      'notifications/simulate',
      'notifications/troubleshooting',
      'notifications/limits',
    ],
  },
  {
    title: 'Hand-back',
    pages: [
      'handback/commit-status',
      'handback/event-files',
      'handback/argo-events',
      'handback/three-repositories',
      'handback/webhook',
    ],
  },
  {
    title: 'Reference',
    pages: ['cli', 'configuration', 'policy', 'errors', 'sources', 'yaml', 'registries', 'record'],
  },
  {
    title: 'Explanation',
    pages: [
      'how-a-render-is-computed',
      'notifications/how-it-works',
      'notifications/states',
      'notifications/conformance',
      'threat-model',
      'benchmarks',
    ],
  },
];
