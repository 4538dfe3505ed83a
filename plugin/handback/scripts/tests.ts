/**
 * The script that tests a deployment and reports to the source commit: what every consumer runs that is told of a
 * deployment by the Git provider or by a webhook.
 *
 * It finds WAYBILL_ENVIRONMENT and WAYBILL_SOURCE_COMMIT; the first may be empty when only the commit is known.
 */
import type { HandbackApplication } from '../../schemas/handback.generated.ts';
import { shellCase, shellWord } from '../quote.ts';
import type { Provider } from './status.ts';

/** Refuses what is no commit, and passes over environments that are not tested. */
function checkFacts(application: HandbackApplication): string {
  return `case "$WAYBILL_SOURCE_COMMIT" in
  *[!0-9a-f]* | '') echo "'$WAYBILL_SOURCE_COMMIT' is no commit" >&2; exit 1 ;;
esac
case "$WAYBILL_ENVIRONMENT" in
  ${shellCase(application.environments)} | '') ;;
  *) echo "deployments to $WAYBILL_ENVIRONMENT are not tested"; exit 0 ;;
esac
`;
}

/** Checks out the deployed commit into $work, and makes sure that it is that commit. */
export const checkOut = `work=$(mktemp -d)
git init --quiet "$work"
git -C "$work" fetch --quiet --depth 1 "$SOURCE_REPOSITORY" "$WAYBILL_SOURCE_COMMIT"
git -C "$work" checkout --quiet --detach FETCH_HEAD
if [ "$(git -C "$work" rev-parse HEAD)" != "$WAYBILL_SOURCE_COMMIT" ]; then
  echo "what was fetched is not $WAYBILL_SOURCE_COMMIT" >&2
  exit 1
fi
`;

/** The whole script. Without a provider the job's own result is all that is reported. */
export function testScript(application: HandbackApplication, provider: Provider | undefined): string {
  const context = `tests/${application.name}`;
  const report = (state: string, text: string): string =>
    provider === undefined ? '' : `report ${state} ${shellWord(context)} "${text}"\n`;
  const superseded =
    provider === undefined
      ? ''
      : `answer=$(deployed ${shellWord(`deployment/${application.name}`)})
if ! printf '%s' "$answer" | grep -Eq '"(state|status)": *"success"'; then
  echo "$WAYBILL_SOURCE_COMMIT is no longer what is deployed: nothing is tested"
  exit 0
fi
`;
  const place = ' in ${WAYBILL_ENVIRONMENT:-its environment}';
  return `set -eu
export WAYBILL_APPLICATION=${shellWord(application.name)} WAYBILL_ENVIRONMENT WAYBILL_SOURCE_COMMIT
${checkFacts(application)}${provider === undefined ? '' : provider.functions}${superseded}${report('pending', `Testing${place}`)}outcome=failure
finish() {
  rm -rf "\${work:-}"
  [ "$outcome" = success ] && exit 0
${indentReport(report('failure', `Tests failed${place}`))}  exit 1
}
trap finish EXIT
${provider === undefined ? checkOut : signedIn(provider)}(unset STATUS_TOKEN; cd "$work" && sh -c ${shellWord(application.test)})
${report('success', `Tests passed${place}`)}outcome=success
`;
}

/** Git gets the token for the time of the fetch, for this repository only, and never as an argument. */
function signedIn({ user }: Provider): string {
  return `GIT_CONFIG_VALUE_0="Authorization: Basic $(printf '${user}:%s' "$STATUS_TOKEN" | base64 | tr -d '\\n')"
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$SOURCE_REPOSITORY.extraHeader" GIT_CONFIG_VALUE_0
${checkOut}unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
`;
}

function indentReport(line: string): string {
  return line === '' ? '' : `  ${line.trimEnd()} || true\n`;
}
