#!/bin/sh
# Tests one deployment of user-service and answers with a tests-complete event. `waybill event next` runs it with
# the event's facts in its environment. It ends with 0 when the deployment was tested, whatever came out of it; with
# anything else the event stays the next one.
set -eu
SOURCE_REPOSITORY=https://github.com/acme/user-service
if [ "$WAYBILL_SOURCE_REPOSITORY" != https://github.com/acme/user-service ]; then
  echo "passed over: this tests "https://github.com/acme/user-service", and the event is about $WAYBILL_SOURCE_REPOSITORY"
  exit 0
fi
case "$WAYBILL_ENVIRONMENT" in
  staging | production) ;;
  *) echo "passed over: deployments to $WAYBILL_ENVIRONMENT are not tested"; exit 0 ;;
esac
trap 'rm -rf "${work:-}"' EXIT
WAYBILL_SUMMARY=$(mktemp)
export WAYBILL_SUMMARY
work=$(mktemp -d)
git init --quiet "$work"
git -C "$work" fetch --quiet --depth 1 "$SOURCE_REPOSITORY" "$WAYBILL_SOURCE_COMMIT"
git -C "$work" checkout --quiet --detach FETCH_HEAD
if [ "$(git -C "$work" rev-parse HEAD)" != "$WAYBILL_SOURCE_COMMIT" ]; then
  echo "what was fetched is not $WAYBILL_SOURCE_COMMIT" >&2
  exit 1
fi
outcome=success
: >"$WAYBILL_SUMMARY"
(unset STATUS_TOKEN GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0; cd "$work" && sh -c './acceptance-tests.sh "$WAYBILL_ENVIRONMENT"') </dev/null || outcome=failure
waybill event emit tests-complete --repository https://github.com/acme/deployment-events --branch main \
  --application "$WAYBILL_APPLICATION" --environment "$WAYBILL_ENVIRONMENT" \
  --source-repository "$WAYBILL_SOURCE_REPOSITORY" --source-commit "$WAYBILL_SOURCE_COMMIT" \
  --attempt "${WAYBILL_ATTEMPT:-none}" --outcome "$outcome"
[ "$outcome${security:-success}" = successsuccess ] || echo "$WAYBILL_APPLICATION in $WAYBILL_ENVIRONMENT at $WAYBILL_SOURCE_COMMIT" >>"$FAILED_TESTS"
