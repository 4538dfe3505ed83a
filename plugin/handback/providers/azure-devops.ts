/**
 * Azure DevOps, Services and Server. It tells nobody of commit statuses:
 * https://learn.microsoft.com/azure/devops/service-hooks/events
 */
import { azureDevOps as platform } from '../../platforms/azure-devops.ts';
import { curl, hostOf, type Provider, withoutSlash } from './provider.ts';

const functions = `credentials() { printf 'Authorization: Basic %s\\n' "$(printf ':%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"; }
azure() { credentials | ${curl} --header @- --header 'Content-Type: application/json' "$@"; }
# https://learn.microsoft.com/rest/api/azure/devops/git/statuses/create
report() {
  case "$1" in success) state=succeeded ;; failure) state=failed ;; *) state=$1 ;; esac
  azure --output /dev/null --data "$(jq -n --arg state "$state" --arg name "$2" --arg description "$3" --arg url "$RUN_URL" \\
    '{state: $state, description: $description, targetUrl: $url, context: {genre: "waybill", name: $name}}')" \\
    "$API_URL/commits/$WAYBILL_SOURCE_COMMIT/statuses?api-version=7.1"
}
# https://learn.microsoft.com/rest/api/azure/devops/git/statuses/list
deployed() {
  answer=$(azure "$API_URL/commits/$WAYBILL_SOURCE_COMMIT/statuses?latestOnly=true&top=1000&api-version=7.1") || return
  printf '%s' "$answer" | jq -r --arg name "$1" '.value[] | select(.context.genre == "argocd" and .context.name == $name)
    | if .state == "succeeded" then "success" else .state end'
}
`;

/** Azure DevOps. */
export const provider: Provider = {
  key: 'azureDevOps',
  title: platform.title,
  kind: () => 'azure-devops',
  host: ({ azureDevOps }) => azureDevOps && hostOf(azureDevOps.url ?? platform.site),
  owners: ({ azureDevOps }) =>
    azureDevOps === undefined ? [] : [`${azureDevOps.organization}/${azureDevOps.project}`],
  notifications: ({ azureDevOps }) =>
    azureDevOps === undefined
      ? []
      : [
          {
            organization: azureDevOps.organization,
            project: azureDevOps.project,
            ...(azureDevOps.url === undefined ? {} : { url: azureDevOps.url }),
            token: azureDevOps.token ?? '$azure-token',
          },
        ],
  statusScript: ({ azureDevOps }, { name }) => {
    const project = [azureDevOps?.organization ?? '', azureDevOps?.project ?? ''].map(encodeURIComponent).join('/');
    const site = withoutSlash(azureDevOps?.url ?? platform.site);
    return {
      env: { API_URL: `${site}/${project}/_apis/git/repositories/${encodeURIComponent(name)}` },
      functions,
    };
  },
  byStatus: () => true,
  statusRequest: () => undefined,
};
