/**
 * What GitHub must be told during each recorded life, written by hand from the timeline of the recording and the
 * state machine of docs/notifications/states.md: never taken from what a configuration did.
 */

/** One recording, or several of one Application that followed one another. */
export interface Life {
  /** Files of test/fixtures/recordings. */
  readonly recordings: readonly [string, ...string[]];
  /** What happens in it. */
  readonly about: string;
  /** `<version> <state>`, in order. */
  readonly expected: readonly string[];
  /** Whether the pods were recorded, too. @default true */
  readonly pods?: boolean;
}

// A recording that begins with a deployed Application begins with its success: the controller has just been installed.
export const lives: readonly Life[] = [
  { recordings: ['first-deploy'], about: 'first deploy', expected: ['v1 in_progress', 'v1 success'] },
  {
    recordings: ['first-deploy-twice'],
    about: 'first deploy with a second, partial operation on the same revision',
    expected: ['v1 in_progress', 'v1 success'],
  },
  {
    recordings: ['second-deploy'],
    about: 'a new version; Healthy with old pods comes first',
    expected: ['v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive'],
  },
  {
    recordings: ['git-revert'],
    about: 'the commit before is deployed again by git revert',
    expected: ['v2 success', 'v1 in_progress', 'v1 success', 'v2 inactive'],
  },
  {
    recordings: ['url-change'],
    about: 'a commit that changes configuration only',
    expected: ['v1 success'],
  },
  { recordings: ['noop-commit'], about: 'a commit that changes nothing here', expected: ['v1 success'] },
  { recordings: ['self-heal'], about: 'tampering is undone by self-heal', expected: ['v1 success'] },
  { recordings: ['flap'], about: 'a pod is unready for a moment', expected: ['v1 success'] },
  { recordings: ['deletion'], about: 'the Application is deleted', expected: ['v1 success', 'v1 inactive'] },
  {
    recordings: ['first-deploy', 'second-deploy', 'git-revert', 'url-change', 'noop-commit', 'self-heal', 'deletion'],
    about: 'one Application from its first deploy to its deletion',
    expected: [
      'v1 in_progress',
      'v1 success',
      'v2 in_progress',
      'v2 success',
      'v1 inactive',
      'v1 in_progress',
      'v1 success',
      'v2 inactive',
      'v1 inactive',
    ],
  },
  {
    recordings: ['degraded-first'],
    about: 'the first version crashes',
    expected: ['v1-crash in_progress', 'v1-crash failure'],
  },
  {
    recordings: ['degraded-deadline'],
    about: 'a version never becomes ready and meets its deadline',
    expected: ['v1 success', 'v2-never in_progress', 'v2-never failure'],
  },
  {
    recordings: ['degraded-recovered'],
    about: 'the next version replaces a degraded one; Degraded lasts into its first moments',
    expected: ['v2-never failure', 'v3 in_progress', 'v3 success'],
  },
  {
    recordings: ['degraded-deadline', 'degraded-recovered'],
    about: 'degraded, then recovered by the next version',
    expected: ['v1 success', 'v2-never in_progress', 'v2-never failure', 'v3 in_progress', 'v3 success', 'v1 inactive'],
  },
  {
    recordings: ['sync-failed'],
    about: 'a sync that fails; one retry',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['sync-failed-default-retry'],
    about: 'a sync that fails; five retries over five minutes',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['sync-fixed'],
    about: 'the version after a failed sync',
    expected: ['v2 failure', 'v3 in_progress', 'v3 success'],
  },
  {
    recordings: ['sync-failed', 'sync-fixed'],
    about: 'a failed sync and its fix',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure', 'v3 in_progress', 'v3 success', 'v1 inactive'],
  },
  {
    recordings: ['terminated'],
    about: 'somebody terminates the operation',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['presync-failed'],
    about: 'a PreSync hook fails; the old pods stay',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['postsync-failed'],
    about: 'a PostSync hook fails; the new pods are live and Healthy',
    expected: ['v1 success', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['hooks-ok'],
    about: 'hooks that succeed; Healthy comes before they end',
    expected: ['v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive'],
  },
  {
    recordings: ['waves'],
    about: 'sync waves, twice',
    expected: ['v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive'],
  },
  {
    recordings: ['manual-sync'],
    about: 'syncs by hand, and a rollback in the UI',
    expected: [
      'v1 queued',
      'v1 in_progress',
      'v1 success',
      'v2 queued',
      'v2 in_progress',
      'v2 success',
      'v1 inactive',
      'v1 success',
      'v2 inactive',
    ],
  },
  {
    recordings: ['multi-source'],
    about: 'an Application with two sources',
    expected: ['v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive'],
  },
  {
    recordings: ['polled'],
    about: 'no webhook: the change is found minutes later',
    expected: ['v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive'],
  },
  {
    recordings: ['rapid-pushes'],
    about: 'three pushes within four seconds; the two in between never become healthy',
    expected: [
      'v1 success',
      'v2 in_progress',
      'v3 in_progress',
      'v4 in_progress',
      'v4 success',
      'v3 inactive',
      'v2 inactive',
      'v1 inactive',
    ],
  },
  { recordings: ['render-error'], about: 'a commit that does not render', expected: ['v1 success'] },
  { recordings: ['render-error-first'], about: 'the first commit does not render', expected: [] },
  {
    recordings: ['invalid-spec'],
    about: 'a first deploy that waits for its project and for its repository',
    expected: ['v1 in_progress', 'v1 success'],
  },
  {
    recordings: ['multi-no-revision'],
    about: 'several sources, and operations that name no revision: a PreSync hook fails, then a PostSync hook',
    pods: false,
    expected: [
      'v1 queued',
      'v1 in_progress',
      'v1 success',
      'v2 queued',
      'v2 in_progress',
      'v2 failure',
      'v3 queued',
      'v3 in_progress',
      'v3 failure',
    ],
  },
  {
    recordings: ['manual-moved-on'],
    about: 'a sync by hand fails when a commit that changes nothing here has been compared',
    pods: false,
    expected: ['v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued', 'v2 in_progress', 'v2 failure'],
  },
  {
    recordings: ['other-revision'],
    about: 'syncs by hand to commits of a branch',
    pods: false,
    expected: [
      'v1 queued',
      'v1 in_progress',
      'v1 success',
      'v2 success',
      'v1 inactive',
      'v4-never failure',
      'v1 in_progress',
      'v1 success',
      'v2 inactive',
    ],
  },
  {
    recordings: ['prune-off'],
    about: 'prune is off, and a generated ConfigMap gets another name each time',
    pods: false,
    expected: [
      'v1 in_progress',
      'v1 success',
      'v2 in_progress',
      'v2 success',
      'v1 inactive',
      'v3 in_progress',
      'v3 success',
      'v2 inactive',
    ],
  },
  {
    recordings: ['wave-degraded'],
    about: 'a Deployment of an early sync wave never gets ready',
    pods: false,
    expected: ['v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure'],
  },
];
