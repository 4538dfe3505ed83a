/**
 * The scripts that read and write event files with `waybill event`.
 */
import type { HandbackApplication, HandbackEvents } from '../../schemas/handback.generated.ts';
import { shellCase, shellWord } from '../quote.ts';
import { checkOut, checkOutWithHeader } from './check-out.ts';

/** The flags that name the repository. */
function remote(events: HandbackEvents): string {
  return `--repository ${shellWord(events.repository)} --branch ${shellWord(events.branch ?? 'main')}`;
}

/** Where the script of an application's consumer is kept in the event repository. */
export function consumerFile(application: HandbackApplication): string {
  return `consumers/test-${application.name}.sh`;
}

/** Tests one deployment: `waybill event next` runs it with the facts in its environment. */
export function consumerScript(application: HandbackApplication, events: HandbackEvents): string {
  return `#!/bin/sh
# Tests one deployment of ${application.name} and answers with a tests-complete event. \`waybill event next\` runs it with
# the event's facts in its environment. It ends with 0 when the deployment was tested, whatever came out of it; with
# anything else the event stays the next one.
set -eu
SOURCE_REPOSITORY=${shellWord(application.sourceRepository)}
if [ "\${WAYBILL_SOURCE_REPOSITORY%.git}" != "\${SOURCE_REPOSITORY%.git}" ]; then
  echo "passed over: this tests $SOURCE_REPOSITORY, and the event is about $WAYBILL_SOURCE_REPOSITORY"
  exit 0
fi
case "$WAYBILL_ENVIRONMENT" in
  ${shellCase(application.environments)}) ;;
  *) echo "passed over: deployments to $WAYBILL_ENVIRONMENT are not tested"; exit 0 ;;
esac
trap 'rm -rf "\${work:-}"' EXIT
${application.privateSource === true ? checkOutWithHeader : checkOut}outcome=success
WAYBILL_SUMMARY=$(mktemp)
export WAYBILL_SUMMARY
(cd "$work" && sh -c ${shellWord(application.test)}) </dev/null || outcome=failure
${scanned(application)}waybill event emit tests-complete ${remote(events)} \\
  --application "$WAYBILL_APPLICATION" --environment "$WAYBILL_ENVIRONMENT" \\
  --source-repository "$WAYBILL_SOURCE_REPOSITORY" --source-commit "$WAYBILL_SOURCE_COMMIT" \\
  --attempt "\${WAYBILL_ATTEMPT:-none}" --outcome "$outcome"${application.scan === undefined ? '' : ' --data security="$security"'}
[ "$outcome\${security:-success}" = successsuccess ] || echo "$WAYBILL_APPLICATION in $WAYBILL_ENVIRONMENT at $WAYBILL_SOURCE_COMMIT" >>"$FAILED_TESTS"
`;
}

/** A scan's result is a fact of the same event: `security`. */
function scanned({ scan }: HandbackApplication): string {
  return scan === undefined
    ? ''
    : `security=success
(cd "$work" && sh -c ${shellWord(scan)}) </dev/null || security=failure
`;
}

/** Hands every new event of an application to its script; ends with 1 when a test failed. */
export function consumeScript(application: HandbackApplication, events: HandbackEvents): string {
  return `set -eu
FAILED_TESTS=$(mktemp)
export FAILED_TESTS
until
  event=$(waybill event next ${remote(events)} --consumer ${shellWord(`tests.${application.name}`.slice(0, 63))} \\
    --application ${application.name} --type deployment-complete -- sh ${shellWord(consumerFile(application))}) || exit 1
  [ -z "$event" ]
do :; done
if [ -s "$FAILED_TESTS" ]; then
  echo 'tests failed:' >&2
  cat "$FAILED_TESTS" >&2
  exit 1
fi
`;
}

/** Tells that a deployment of a commit was asked for, one event for each environment that the lock was written for. */
export function requestScript(application: HandbackApplication, events: HandbackEvents): string {
  return `set -eu
waybill event emit deployment-requested ${remote(events)} \\
  --application ${application.name} --environment "$WAYBILL_ENVIRONMENT" \\
  --source-repository ${shellWord(application.sourceRepository)} --source-commit "$WAYBILL_SOURCE_COMMIT"
`;
}

/** Deletes what is old, in one commit. */
export function retentionScript(events: HandbackEvents): string {
  return `set -eu
waybill event prune ${remote(events)} --older-than ${events.olderThan ?? '30d'} --keep-last ${events.keepLast ?? 20}
`;
}
