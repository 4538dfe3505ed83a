/**
 * The scripts that read and write event files with `waybill event`.
 */
import type { HandbackApplication, HandbackEvents } from '../../schemas/handback.generated.ts';
import { applicationNames, chooseApplication } from '../applications.ts';
import { shellCase, shellWord } from '../quote.ts';
import { repositoryName } from '../../events/event.ts';
import type { ProviderOf } from '../providers.ts';
import { checkOut, checkOutWithHeader } from './check-out.ts';
import { type Check, checksOf, describe, summaryFile } from './tests.ts';

/** The flags that name the repository. */
function remote(events: HandbackEvents): string {
  return `--repository ${shellWord(events.repository)} --branch ${shellWord(events.branch ?? 'main')}`;
}

/** Where the script of an application's consumer is kept in the event repository. */
export function consumerFile(application: HandbackApplication): string {
  return `consumers/test-${application.name}.sh`;
}

/** What the code that is tested must not find: the status token, and git's header for the event repository. */
const hidden = 'unset STATUS_TOKEN GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0';

/** Runs a check; its result is in the variable, and what is to be said of it in `VARIABLE_said`. */
function checked(variable: string, { command, words }: Check, provider: ProviderOf | undefined): string {
  const say = `if [ "$${variable}" = success ]; then said=${shellWord(words.success)}; else said=${shellWord(words.failure)}; fi
${variable}_said=$(describe "$said in $WAYBILL_ENVIRONMENT")
`;
  return `${variable}=success
: >"$WAYBILL_SUMMARY"
(${hidden}; cd "$work" && sh -c ${shellWord(command)}) </dev/null || ${variable}=failure
${provider === undefined ? '' : say}`;
}

/** The statuses of the source commit while its checks run. That one cannot be set keeps no check from running. */
function pending(checks: readonly Check[], { statusScript, commitPage }: ProviderOf): string {
  const reports = checks.map(({ context, words }) => {
    return `report pending ${shellWord(context)} "$(describe "${words.pending} in $WAYBILL_ENVIRONMENT")" || true\n`;
  });
  return `: "\${RUN_URL:=${commitPage}$WAYBILL_SOURCE_COMMIT}"\n${statusScript.functions}${describe}${reports.join('')}`;
}

/**
 * Tests one deployment: `waybill event next` runs it with the facts in its environment. With a provider the results are
 * statuses of the source commit, too; one that cannot be set leaves the event the next one.
 */
export function consumerScript(
  application: HandbackApplication,
  events: HandbackEvents,
  provider: ProviderOf | undefined,
): string {
  const { tests, scan } = checksOf(application);
  const all = scan === undefined ? [tests] : [tests, scan];
  const report = (variable: string, { context }: Check): string =>
    provider === undefined ? '' : `report "$${variable}" ${shellWord(context)} "$${variable}_said"\n`;
  const about = shellWord(repositoryName(application.sourceRepository));
  return `#!/bin/sh
# Tests one deployment of ${application.name} and answers with a tests-complete event. \`waybill event next\` runs it with
# the event's facts in its environment. It ends with 0 when the deployment was tested, whatever came out of it; with
# anything else the event stays the next one.
set -eu
SOURCE_REPOSITORY=${shellWord(application.sourceRepository)}
if [ "$WAYBILL_SOURCE_REPOSITORY" != ${about} ]; then
  echo "passed over: this tests "${about}", and the event is about $WAYBILL_SOURCE_REPOSITORY"
  exit 0
fi
case "$WAYBILL_ENVIRONMENT" in
  ${shellCase(application.environments)}) ;;
  *) echo "passed over: deployments to $WAYBILL_ENVIRONMENT are not tested"; exit 0 ;;
esac
trap 'rm -rf "\${work:-}"' EXIT
${summaryFile}${provider === undefined ? '' : pending(all, provider)}${application.privateSource === true ? checkOutWithHeader : checkOut}${checked('outcome', tests, provider)}${scan === undefined ? '' : checked('security', scan, provider)}waybill event emit tests-complete ${remote(events)} \\
  --application "$WAYBILL_APPLICATION" --environment "$WAYBILL_ENVIRONMENT" \\
  --source-repository "$WAYBILL_SOURCE_REPOSITORY" --source-commit "$WAYBILL_SOURCE_COMMIT" \\
  --attempt "\${WAYBILL_ATTEMPT:-none}" --outcome "$outcome"${scan === undefined ? '' : ' --data security="$security"'}
${report('outcome', tests)}${scan === undefined ? '' : report('security', scan)}[ "$outcome\${security:-success}" = successsuccess ] || echo "$WAYBILL_APPLICATION in $WAYBILL_ENVIRONMENT at $WAYBILL_SOURCE_COMMIT" >>"$FAILED_TESTS"
`;
}

/** A name of at most 63 characters; the end tells environments apart. */
function consumerName(application: string): string {
  return `tests.${application.length > 57 ? application.slice(-57).replace(/^[^a-z0-9]+/u, '') : application}`;
}

/** Hands every new event of an application to its script; ends with 1 when a test failed. */
export function consumeScript(application: HandbackApplication, events: HandbackEvents): string {
  return `set -eu
FAILED_TESTS=$(mktemp)
export FAILED_TESTS
${applicationNames(application)
  .map(
    (name) => `until
  event=$(waybill event next ${remote(events)} --consumer ${shellWord(consumerName(name))} \\
    --application ${name} --type deployment-complete -- sh ${shellWord(consumerFile(application))}) || exit 1
  [ -z "$event" ]
do :; done
`,
  )
  .join('')}if [ -s "$FAILED_TESTS" ]; then
  echo 'tests failed:' >&2
  cat "$FAILED_TESTS" >&2
  exit 1
fi
`;
}

/** Tells that a deployment of a commit was asked for, one event for each environment that the lock was written for. */
export function requestScript(application: HandbackApplication, events: HandbackEvents): string {
  const otherwise = 'echo "no Application is known for $WAYBILL_ENVIRONMENT" >&2; exit 1';
  const choose = chooseApplication(application, 'application', 'WAYBILL_ENVIRONMENT', otherwise);
  const [only = '', ...others] = applicationNames(application);
  return `set -eu
${others.length === 0 ? '' : choose}waybill event emit deployment-requested ${remote(events)} \\
  --application ${others.length === 0 ? only : '"$application"'} --environment "$WAYBILL_ENVIRONMENT" \\
  --source-repository ${shellWord(application.sourceRepository)} --source-commit "$WAYBILL_SOURCE_COMMIT"
`;
}

/** Deletes what is old, in one commit. */
export function retentionScript(events: HandbackEvents): string {
  return `set -eu
waybill event prune ${remote(events)} --older-than ${events.olderThan ?? '30d'} --keep-last ${events.keepLast ?? 20}
`;
}
