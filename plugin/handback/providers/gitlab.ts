/**
 * GitLab, also a server of one's own.
 */
import { gitlab as platform } from '../../platforms/gitlab.ts';
import { curl, hostOf, type Provider, withoutSlash } from './provider.ts';

const functions = `credentials() { printf 'Authorization: Basic %s\\n' "$(printf 'oauth2:%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"; }
gitlab() { printf 'PRIVATE-TOKEN: %s\\n' "$STATUS_TOKEN" | ${curl} --header @- "$@"; }
# https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
report() {
  case "$1" in failure) state=failed ;; *) state=$1 ;; esac
  gitlab --output /dev/null --data-urlencode "state=$state" --data-urlencode "name=$2" \\
    --data-urlencode "description=$3" --data-urlencode "target_url=$RUN_URL" \\
    "$API_URL/projects/$PROJECT/statuses/$WAYBILL_SOURCE_COMMIT"
}
# https://docs.gitlab.com/api/deployments/#list-project-deployments: what the environment got last.
deployed() {
  answer=$(gitlab --get --data-urlencode "environment=$WAYBILL_ENVIRONMENT" --data status=success \\
    --data order_by=id --data sort=desc --data per_page=1 "$API_URL/projects/$PROJECT/deployments") || return
  printf '%s' "$answer" | jq -r --arg sha "$WAYBILL_SOURCE_COMMIT" '.[0] | if .sha == $sha then .status else "replaced" end'
}
`;

/** GitLab. */
export const provider: Provider = {
  key: 'gitlab',
  title: platform.title,
  kind: () => 'gitlab',
  host: ({ gitlab }) => gitlab && hostOf(gitlab.url ?? platform.site),
  owners: ({ gitlab }) => (gitlab === undefined ? [] : [gitlab.group]),
  notifications: ({ gitlab }) =>
    gitlab === undefined
      ? []
      : [
          {
            group: gitlab.group,
            ...(gitlab.url === undefined ? {} : { url: gitlab.url }),
            token: gitlab.token ?? '$gitlab-token',
          },
        ],
  statusScript: ({ gitlab }, { owner, name }) => ({
    env: {
      API_URL: `${withoutSlash(gitlab?.url ?? platform.site)}/api/v4`,
      PROJECT: encodeURIComponent(`${owner}/${name}`),
    },
    functions,
  }),
  byStatus: () => false,
  // https://docs.gitlab.com/user/project/integrations/webhook_events/#deployment-events
  statusRequest: (_file, { environments }) => ({
    sender: 'gitlab',
    events: ['Deployment Hook'],
    conditions: [
      { variable: 'WAYBILL_KIND', path: ['object_kind'], oneOf: ['deployment'] },
      { variable: 'WAYBILL_STATE', path: ['status'], oneOf: ['success'] },
      { variable: 'WAYBILL_ENVIRONMENT', path: ['environment'], oneOf: environments },
    ],
    facts: { WAYBILL_ENVIRONMENT: ['environment'], WAYBILL_SOURCE_COMMIT: ['commit_url'] },
  }),
};
