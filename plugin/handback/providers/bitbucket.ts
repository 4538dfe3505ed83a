/**
 * Bitbucket, Cloud (a workspace) and Data Center (a project of a server).
 */
import { bitbucket as platform } from '../../platforms/bitbucket.ts';
import { deploymentContexts } from '../contexts.ts';
import { curl, hostOf, type Provider, type ProviderScript, withoutSlash } from './provider.ts';

const common = `bitbucket() {
  printf 'Authorization: Bearer %s\\n' "$STATUS_TOKEN" | ${curl} --header @- --header 'Content-Type: application/json' "$@"
}
build() { # STATE KEY NAME DESCRIPTION
  case "$1" in pending) state=INPROGRESS ;; success) state=SUCCESSFUL ;; *) state=FAILED ;; esac
  jq -n --arg state "$state" --arg key "$2" --arg name "$3" --arg description "$4" --arg url "$RUN_URL" \\
    '{key: $key, name: $name, state: $state, url: $url, description: $description}'
}
`;

const cloud = `credentials() { printf 'Authorization: Basic %s\\n' "$(printf 'x-token-auth:%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"; }
${common}# https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/: keys have at most 40 characters, so
# the key is the hash of the name.
key() { printf '%s' "$1" | sha1sum | cut -c 1-40; }
report() {
  bitbucket --output /dev/null --data "$(build "$1" "$(key "$2")" "$2" "$3")" \\
    "$API_URL/repositories/$PROJECT/commit/$WAYBILL_SOURCE_COMMIT/statuses/build"
}
deployed() {
  answer=$(bitbucket "$API_URL/repositories/$PROJECT/commit/$WAYBILL_SOURCE_COMMIT/statuses/build/$(key "$1")") || return
  printf '%s' "$answer" | jq -r 'if .state == "SUCCESSFUL" then "success" else .state end'
}
`;

const dataCenter = `credentials() { printf 'Authorization: Bearer %s\\n' "$STATUS_TOKEN"; }
${common}# https://developer.atlassian.com/server/bitbucket/rest/ (Builds and Deployments)
report() {
  bitbucket --output /dev/null --data "$(build "$1" "$2" "$2" "$3")" \\
    "$API_URL/projects/$PROJECT/commits/$WAYBILL_SOURCE_COMMIT/builds"
}
deployed() {
  answer=$(bitbucket --get --data-urlencode "key=$1" \\
    "$API_URL/projects/$PROJECT/commits/$WAYBILL_SOURCE_COMMIT/builds") || return
  printf '%s' "$answer" | jq -r 'if .state == "SUCCESSFUL" then "success" else .state end'
}
`;

/** Bitbucket. */
export const provider: Provider = {
  key: 'bitbucket',
  title: platform.title,
  kind: ({ bitbucket }) => (bitbucket?.url === undefined ? 'bitbucket' : 'bitbucket-data-center'),
  host: ({ bitbucket }) => bitbucket && hostOf(bitbucket.url ?? platform.site),
  owners: ({ bitbucket }) => [bitbucket?.workspace, bitbucket?.project].filter((one) => one !== undefined),
  notifications: ({ bitbucket }) =>
    bitbucket === undefined
      ? []
      : [
          {
            ...(bitbucket.workspace === undefined ? {} : { workspace: bitbucket.workspace }),
            ...(bitbucket.project === undefined ? {} : { project: bitbucket.project }),
            ...(bitbucket.url === undefined ? {} : { url: bitbucket.url }),
            token: bitbucket.token ?? '$bitbucket-token',
          },
        ],
  statusScript: ({ bitbucket }, { owner, name }): ProviderScript =>
    bitbucket?.url === undefined
      ? { env: { API_URL: platform.api(), PROJECT: `${owner}/${name}` }, functions: cloud }
      : {
          env: { API_URL: `${withoutSlash(bitbucket.url)}/rest/api/latest`, PROJECT: `${owner}/repos/${name}` },
          functions: dataCenter,
        },
  byStatus: () => true,
  // https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Build-status-created. Data Center has no such
  // event: https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
  statusRequest: ({ bitbucket }, application) =>
    bitbucket?.url === undefined
      ? {
          sender: 'bitbucket',
          events: ['repo:commit_status_created', 'repo:commit_status_updated'],
          conditions: [
            { variable: 'WAYBILL_STATE', path: ['commit_status', 'state'], oneOf: ['SUCCESSFUL'] },
            { variable: 'WAYBILL_CONTEXT', path: ['commit_status', 'name'], oneOf: deploymentContexts(application) },
          ],
          facts: {
            WAYBILL_CONTEXT: ['commit_status', 'name'],
            WAYBILL_SOURCE_COMMIT: ['commit_status', 'links', 'commit', 'href'],
          },
        }
      : undefined,
};
