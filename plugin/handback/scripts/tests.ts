/**
 * The script that tests or scans a deployment and reports to the source commit: what every consumer runs that is told
 * of a deployment by the Git provider or by a webhook.
 *
 * It finds WAYBILL_SOURCE_COMMIT, and WAYBILL_ENVIRONMENT or, when a commit status tells, its name in WAYBILL_CONTEXT.
 */
import type { HandbackApplication } from '../../schemas/handback.generated.ts';
import { applicationNames, chooseApplication } from '../applications.ts';
import { deploymentContext } from '../contexts.ts';
import type { ProviderOf } from '../providers.ts';
import { shellCase, shellWord } from '../quote.ts';
import type { Request } from '../request.ts';
import { checkOut, checkOutSignedIn } from './check-out.ts';

/** What is done with a deployment. */
export interface Check {
  /** The status that is reported: `tests/APPLICATION`. */
  readonly context: string;
  /** Shell, one line. */
  readonly command: string;
  /** `Testing`, `Tests passed`, `Tests failed`. */
  readonly words: Readonly<Record<'pending' | 'success' | 'failure', string>>;
}

/** The checks of an application: its tests, and its scan when it has one. */
export function checksOf({ name, test, scan }: HandbackApplication): { tests: Check; scan: Check | undefined } {
  return {
    tests: {
      context: `tests/${name}`,
      command: test,
      words: { pending: 'Testing', success: 'Tests passed', failure: 'Tests failed' },
    },
    scan:
      scan === undefined
        ? undefined
        : {
            context: `security/${name}`,
            command: scan,
            words: { pending: 'Scanning', success: 'Nothing found', failure: 'The scan failed or found something' },
          },
  };
}

/** Finds the facts, refuses what is no commit, and passes over environments that are not tested. */
function checkFacts(application: HandbackApplication, { facts }: Request): string {
  const context = facts.WAYBILL_CONTEXT === undefined ? '' : contextFact;
  const inURL = ['href', 'commit_url'].includes(String(facts.WAYBILL_SOURCE_COMMIT?.at(-1)));
  const [only = '', ...others] = applicationNames(application);
  const skip = 'echo "deployments to $WAYBILL_ENVIRONMENT are not tested"; exit 0';
  const choose =
    others.length === 0
      ? `case "$WAYBILL_ENVIRONMENT" in
  ${shellCase(application.environments)}) WAYBILL_APPLICATION=${shellWord(only)} ;;
  *) ${skip} ;;
esac
`
      : chooseApplication(application, 'WAYBILL_APPLICATION', 'WAYBILL_ENVIRONMENT', skip);
  return `${context}${inURL ? 'WAYBILL_SOURCE_COMMIT=${WAYBILL_SOURCE_COMMIT##*/}\n' : ''}case "$WAYBILL_SOURCE_COMMIT" in
  *[!0-9a-f]* | '') echo "'$WAYBILL_SOURCE_COMMIT' is no commit" >&2; exit 1 ;;
esac
${choose}${context === '' ? '' : checkContext}${facts.DEPLOYMENT_ID === undefined ? '' : deploymentFact}`;
}

/** It becomes a part of a URL. */
const deploymentFact = `case "$DEPLOYMENT_ID" in
  *[!0-9]* | '') echo "'$DEPLOYMENT_ID' is no deployment's number" >&2; exit 1 ;;
esac
`;

/** The environment is in the status' name, behind the Application, whose name has no slash. */
const contextFact = 'WAYBILL_ENVIRONMENT=${WAYBILL_CONTEXT#deployment/*/}\n';

/** Another Application's status is none of this job's. */
const checkContext = `if [ "$WAYBILL_CONTEXT" != "${deploymentContext('$WAYBILL_APPLICATION', '$WAYBILL_ENVIRONMENT')}" ]; then
  echo "$WAYBILL_CONTEXT is about another application"
  exit 0
fi
`;

/** What the check may tell: the first line of the file $WAYBILL_SUMMARY. */
export const summaryFile = `WAYBILL_SUMMARY=$(mktemp)
export WAYBILL_SUMMARY
`;

/** A description of at most 140 characters, which every provider takes. */
export const describe = `describe() {
  { printf '%s' "$1"; head -n 1 "$WAYBILL_SUMMARY" | tr -d '[:cntrl:]' | sed 's/^\\(..*\\)$/: \\1/'; } | cut -c 1-140
}
`;

/**
 * Asks the provider whether what was told is so, and still is. When Argo CD itself tells, the status may be on its way:
 * it gets a minute.
 */
function deployed({ sender }: Request): string {
  const ask = `state=$(deployed "${deploymentContext('$WAYBILL_APPLICATION', '$WAYBILL_ENVIRONMENT')}")`;
  if (sender === 'argocd') {
    return `tries=0
until
  ${ask}
  [ "$state" = success ]
do
  tries=$((tries + 1))
  if [ "$tries" -ge 10 ]; then
    echo "the provider does not report that $WAYBILL_SOURCE_COMMIT is deployed" >&2
    exit 1
  fi
  sleep "\${WAYBILL_WAIT:-6}"
done
`;
  }
  return `${ask}
if [ "$state" != success ]; then
  echo "$WAYBILL_SOURCE_COMMIT is no longer what is deployed: nothing is tested"
  exit 0
fi
`;
}

const line = (text: string): string => (text === '' ? '' : `${text}\n`);

/**
 * The whole script. Without a provider the job's own result is all that is reported. `ask` has the provider asked first
 * whether the deployment is still one: it must know of deployments.
 */
export function testScript(
  application: HandbackApplication,
  { context, command, words }: Check,
  request: Request,
  provider: ProviderOf | undefined,
  ask: boolean,
): string {
  const report = (state: 'pending' | 'success' | 'failure', otherwise = ''): string =>
    provider === undefined
      ? ''
      : `report ${state} ${shellWord(context)} "$(describe "${words[state]} in $WAYBILL_ENVIRONMENT")"${otherwise}`;
  const statusScript =
    provider === undefined
      ? ''
      : `: "\${RUN_URL:=${provider.commitPage}$WAYBILL_SOURCE_COMMIT}"\n${provider.statusScript.functions}${describe}`;
  return `set -eu
export WAYBILL_APPLICATION WAYBILL_ENVIRONMENT WAYBILL_SOURCE_COMMIT
${checkFacts(application, request)}${statusScript}${provider !== undefined && ask ? deployed(request) : ''}${summaryFile}${line(report('pending'))}outcome=failure
finish() {
  rm -rf "\${work:-}"
  [ "$outcome" = success ] && exit 0
${line(report('failure', ' || true')).replace(/^(?=.)/u, '  ')}  exit 1
}
trap finish EXIT
${provider === undefined ? checkOut : checkOutSignedIn}(unset STATUS_TOKEN; cd "$work" && sh -c ${shellWord(command)})
${line(report('success'))}outcome=success
`;
}
