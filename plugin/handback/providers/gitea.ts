/**
 * Gitea and Forgejo.
 */
import { gitea as platform } from '../../platforms/gitea.ts';
import { deploymentContexts } from '../contexts.ts';
import { curl, hostOf, type Provider, withoutSlash } from './provider.ts';

const functions = `credentials() { printf 'Authorization: Basic %s\\n' "$(printf 'waybill:%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"; }
gitea() {
  printf 'Authorization: token %s\\n' "$STATUS_TOKEN" | ${curl} --header @- --header 'Content-Type: application/json' "$@"
}
# https://docs.gitea.com/api/ (repoCreateStatus)
report() {
  gitea --output /dev/null --data "$(jq -n --arg state "$1" --arg context "$2" --arg description "$3" --arg url "$RUN_URL" \\
    '{state: $state, context: $context, description: $description, target_url: $url}')" \\
    "$API_URL/repos/$PROJECT/statuses/$WAYBILL_SOURCE_COMMIT"
}
# https://docs.gitea.com/api/ (repoGetCombinedStatusByRef): the newest of each name.
deployed() {
  answer=$(gitea "$API_URL/repos/$PROJECT/commits/$WAYBILL_SOURCE_COMMIT/status?limit=50") || return
  printf '%s' "$answer" | jq -r --arg context "$1" '.statuses[]? | select(.context == $context) | .status'
}
`;

/** Gitea and Forgejo. */
export const provider: Provider = {
  key: 'gitea',
  title: platform.title,
  kind: () => 'gitea',
  host: ({ gitea }) => gitea && hostOf(gitea.url),
  owners: ({ gitea }) => (gitea === undefined ? [] : [gitea.owner]),
  notifications: ({ gitea }) =>
    gitea === undefined ? [] : [{ owner: gitea.owner, url: gitea.url, token: gitea.token ?? '$gitea-token' }],
  statusScript: ({ gitea }, { owner, name }) => ({
    env: { API_URL: `${withoutSlash(gitea?.url ?? '')}/api/v1`, PROJECT: `${owner}/${name}` },
    functions,
  }),
  byStatus: () => true,
  // https://docs.gitea.com/usage/repository/webhooks: the event `status` has GitHub's fields.
  statusRequest: (_file, application) => ({
    sender: 'gitea',
    events: ['status'],
    conditions: [
      { variable: 'WAYBILL_STATE', path: ['state'], oneOf: ['success'] },
      { variable: 'WAYBILL_CONTEXT', path: ['context'], oneOf: deploymentContexts(application) },
    ],
    facts: { WAYBILL_CONTEXT: ['context'], WAYBILL_SOURCE_COMMIT: ['sha'] },
  }),
};
