/**
 * GitHub, also GitHub Enterprise Server.
 */
import { github as platform } from '../../platforms/github.ts';
import type { HandbackFile } from '../../schemas/handback.generated.ts';
import { deploymentContexts } from '../contexts.ts';
import type { Request } from '../request.ts';
import { curl, hostOf, type Provider, withoutSlash } from './provider.ts';

const functions = `credentials() { printf 'Authorization: Basic %s\\n' "$(printf 'x-access-token:%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"; }
github() {
  printf 'Authorization: Bearer %s\\n' "$STATUS_TOKEN" | ${curl} --header @- \\
    --header 'Accept: application/vnd.github+json' --header 'Content-Type: application/json' "$@"
}
# https://docs.github.com/rest/commits/statuses#create-a-commit-status
report() {
  github --output /dev/null --data "$(jq -n --arg state "$1" --arg context "$2" --arg description "$3" --arg url "$RUN_URL" \\
    '{state: $state, context: $context, description: $description, target_url: $url}')" \\
    "$API_URL/repos/$PROJECT/statuses/$WAYBILL_SOURCE_COMMIT"
}
`;

// GitHub makes inactive what a later deployment replaces, but not in production, and not when an older deployment comes
// back: the last success counts.
const byDeployment = `# https://docs.github.com/rest/deployments/statuses#list-deployment-statuses: the newest comes first, and numbers only
# grow. Prints the newest status' number when it is a success.
succeeded() {
  answer=$(github "$API_URL/repos/$PROJECT/deployments/$1/statuses?per_page=1") || return
  printf '%s' "$answer" | jq -r '.[0] | select(.state == "success") | .id'
}
deployed() {
  mine=$(succeeded "$DEPLOYMENT_ID") || return
  [ -n "$mine" ] || { echo replaced; return 0; }
  answer=$(github --get --data per_page=10 --data-urlencode "environment=$WAYBILL_ENVIRONMENT" "$API_URL/repos/$PROJECT/deployments") || return
  for other in $(printf '%s' "$answer" | jq -r '.[].id'); do
    theirs=$(succeeded "$other") || return
    [ "\${theirs:-0}" -le "$mine" ] || { echo replaced; return 0; }
  done
  echo success
}
`;

const byCommitStatus = `# https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference: the newest of each name.
deployed() {
  answer=$(github "$API_URL/repos/$PROJECT/commits/$WAYBILL_SOURCE_COMMIT/status?per_page=100") || return
  printf '%s' "$answer" | jq -r --arg context "$1" '.statuses[] | select(.context == $context) | .state'
}
`;

const byStatus = ({ github }: HandbackFile): boolean => github?.startBy === 'status';

/** The App's installations, as notifications.yaml has them: one for each organization. */
function installations({ github }: HandbackFile) {
  if (github === undefined) return [];
  const { organization, appID, installationID, privateKey = '$github-privateKey', enterpriseURL } = github;
  const all = [{ organization, appID, installationID, privateKey }, ...(github.organizations ?? [])];
  const host = enterpriseURL === undefined ? {} : { enterpriseURL };
  return all.map((one) =>
    Object.assign(
      {
        organization: one.organization,
        appID: one.appID ?? appID,
        installationID: one.installationID,
        privateKey: one.privateKey ?? privateKey,
      },
      host,
    ),
  );
}

/** GitHub. */
export const provider: Provider = {
  key: 'github',
  title: platform.title,
  kind: () => 'github',
  host: ({ github }) => github && hostOf(github.enterpriseURL ?? platform.site),
  owners: (file) => installations(file).map(({ organization }) => organization),
  notifications: (file) => installations(file),
  statusScript: (file, { owner, name }) => ({
    env: {
      API_URL: withoutSlash(file.github?.enterpriseURL ?? platform.api(platform.site)),
      PROJECT: `${owner}/${name}`,
    },
    functions: functions + (byStatus(file) ? byCommitStatus : byDeployment),
  }),
  byStatus,
  statusRequest: (file, application): Request =>
    byStatus(file)
      ? {
          sender: 'github',
          events: ['status'],
          conditions: [
            { variable: 'WAYBILL_STATE', path: ['state'], oneOf: ['success'] },
            { variable: 'WAYBILL_CONTEXT', path: ['context'], oneOf: deploymentContexts(application) },
          ],
          facts: { WAYBILL_CONTEXT: ['context'], WAYBILL_SOURCE_COMMIT: ['sha'] },
        }
      : {
          sender: 'github',
          events: ['deployment_status'],
          conditions: [
            { variable: 'WAYBILL_STATE', path: ['deployment_status', 'state'], oneOf: ['success'] },
            {
              variable: 'WAYBILL_ENVIRONMENT',
              path: ['deployment', 'environment'],
              oneOf: application.environments,
            },
          ],
          facts: {
            WAYBILL_ENVIRONMENT: ['deployment', 'environment'],
            WAYBILL_SOURCE_COMMIT: ['deployment', 'sha'],
            DEPLOYMENT_ID: ['deployment', 'id'],
          },
        },
};
