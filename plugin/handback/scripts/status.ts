/**
 * The shell that reports a commit status and asks whether a deployment is still one: GitHub and GitLab.
 *
 * Needs curl. The token goes through standard input, so that it is no argument of a process.
 */
import type { HandbackFile } from '../../schemas/handback.generated.ts';

/** A Git provider, as scripts speak to it. */
export interface Provider {
  /** What the scripts find in their environment, besides the secret STATUS_TOKEN. */
  readonly env: Readonly<Record<string, string>>;
  /** Shell functions: `report STATE CONTEXT DESCRIPTION` (pending, success, failure) and `deployed CONTEXT`, which prints
   * the provider's last word on the deployment. */
  readonly functions: string;
  /** Whose token git uses: `USER:TOKEN` is what the provider takes. */
  readonly user: string;
}

const curl = `curl --fail --silent --show-error --retry 5 --retry-all-errors --max-time 30`;

const github = `# https://docs.github.com/rest/commits/statuses#create-a-commit-status
report() {
  printf 'Authorization: Bearer %s\\n' "$STATUS_TOKEN" | ${curl} --output /dev/null \\
    --header @- --header 'Accept: application/vnd.github+json' --header 'Content-Type: application/json' \\
    --data "{\\"state\\":\\"$1\\",\\"context\\":\\"$2\\",\\"description\\":\\"$3\\",\\"target_url\\":\\"$RUN_URL\\"}" \\
    "$API_URL/repos/$PROJECT/statuses/$WAYBILL_SOURCE_COMMIT"
}
# https://docs.github.com/rest/deployments/statuses#list-deployment-statuses: the newest comes first. Started by a
# commit status there is no deployment to ask about.
deployed() {
  [ -n "\${DEPLOYMENT_ID:-}" ] || { echo '"state": "success"'; return 0; }
  printf 'Authorization: Bearer %s\\n' "$STATUS_TOKEN" | ${curl} \\
    --header @- --header 'Accept: application/vnd.github+json' \\
    "$API_URL/repos/$PROJECT/deployments/$DEPLOYMENT_ID/statuses?per_page=1"
}
`;

const gitlab = `# https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
report() {
  case "$1" in failure) state=failed ;; *) state=$1 ;; esac
  printf 'PRIVATE-TOKEN: %s\\n' "$STATUS_TOKEN" | ${curl} --output /dev/null --header @- \\
    --data-urlencode "state=$state" --data-urlencode "name=$2" --data-urlencode "description=$3" \\
    --data-urlencode "target_url=$RUN_URL" "$API_URL/projects/$PROJECT/statuses/$WAYBILL_SOURCE_COMMIT"
}
# https://docs.gitlab.com/api/commits/#list-the-statuses-of-a-commit: only the newest of a name is listed.
deployed() {
  printf 'PRIVATE-TOKEN: %s\\n' "$STATUS_TOKEN" | ${curl} --header @- --get --data-urlencode "name=$1" \\
    "$API_URL/projects/$PROJECT/repository/commits/$WAYBILL_SOURCE_COMMIT/statuses"
}
`;

/** `owner/name` of a repository's URL. */
function projectOf(repository: string): string {
  return repository.replace(/\.git$/u, '').replace(/^([a-z+]+:\/\/[^/]+\/|[^/:]+:)/u, '');
}

/** The provider of the source repositories; undefined when the configuration names none. */
export function providerOf({ github: hub, gitlab: lab }: HandbackFile, sourceRepository: string): Provider | undefined {
  const project = projectOf(sourceRepository);
  if (hub !== undefined)
    return { env: { API_URL: 'https://api.github.com', PROJECT: project }, functions: github, user: 'x-access-token' };
  if (lab === undefined) return undefined;
  const api = `${(lab.url ?? 'https://gitlab.com').replace(/\/$/u, '')}/api/v4`;
  return { env: { API_URL: api, PROJECT: encodeURIComponent(project) }, functions: gitlab, user: 'oauth2' };
}
