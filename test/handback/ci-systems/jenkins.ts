/**
 * Jenkins with the Generic Webhook Trigger, as far as its documentation says what it does: variables by JSONPath, a token,
 * and a regular expression over a text with variables. https://plugins.jenkins.io/generic-webhook-trigger/
 */
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { type Arrival, type Started, textIn } from './started.ts';

const plain = (groovy: string): string => groovy.replaceAll("\\'", "'").replaceAll('\\\\', '\\');

function one(file: string, pattern: RegExp): string {
  const [, text = ''] = pattern.exec(file) ?? [];
  return plain(text);
}

/** The variables of the trigger; undefined when it does not start the job. */
function triggered(file: string, body: JsonObject): Record<string, string> | undefined {
  const variables = Object.fromEntries(
    [...file.matchAll(/\[key: '(\w+)', value: '\$\.([^']+)'\]/gu)].map(([, key = '', path = '']) => [
      key,
      textIn(body, path) ?? '',
    ]),
  );
  const subject = one(file, /regexpFilterText: '([^']*)'/u).replaceAll(/\$(\w+)/gu, (_all, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the filter names ${name}, which is no variable`);
    return value;
  });
  if (!new RegExp(one(file, /regexpFilterExpression: '((?:[^'\\]|\\.)*)'/u), 'u').test(subject)) return undefined;
  if (!file.includes("tokenCredentialId: 'waybill-token'")) throw new Error('any request starts the job');
  return variables;
}

/** The parameters that another pipeline passes on. */
function passedOn({ called }: Arrival): Record<string, string> {
  return called === undefined ? {} : { WAYBILL_SOURCE_COMMIT: called.commit, WAYBILL_ENVIRONMENT: called.environment };
}

/** The job of a generated Jenkinsfile; undefined when the trigger does not start it. */
export function start(file: string, arrival: Arrival): Started | undefined {
  const { sent, secrets } = arrival;
  const variables = sent === undefined ? passedOn(arrival) : triggered(file, sent.body);
  if (variables === undefined) return undefined;
  const environment = /environment \{\n([\s\S]*?)\n {2}\}/u.exec(file)?.[1] ?? '';
  const own = [...environment.matchAll(/^ {4}(\w+) = '((?:[^'\\]|\\.)*)'$/gmu)].map(
    ([, name = '', value = '']): [string, string] => [name, plain(value)],
  );
  const credentials = [...environment.matchAll(/^ {4}(\w+) = credentials\('(\w+)'\)$/gmu)].map(
    ([, name = '', id = '']): [string, string] => [name, secrets[id] ?? ''],
  );
  return {
    env: {
      ...variables,
      ...Object.fromEntries(own),
      ...Object.fromEntries(credentials),
      RUN_URL: 'https://jenkins.acme.dev/job/1/',
    },
    script: one(file, /sh '''\n([\s\S]*?)'''\n/u),
    shell: 'sh',
  };
}
