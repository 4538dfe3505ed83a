/**
 * Jenkins with the Generic Webhook Trigger, as far as its documentation says what it does: variables by JSONPath, a token,
 * and a regular expression over a text with variables. https://plugins.jenkins.io/generic-webhook-trigger/
 */
import { type Arrival, type Started, textIn } from './started.ts';

const plain = (groovy: string): string => groovy.replaceAll("\\'", "'").replaceAll('\\\\', '\\');

function one(file: string, pattern: RegExp): string {
  const [, text = ''] = pattern.exec(file) ?? [];
  return plain(text);
}

/** The job of a generated Jenkinsfile; undefined when the trigger does not start it. */
export function start(file: string, { sent, secrets }: Arrival): Started | undefined {
  const variables = Object.fromEntries(
    [...file.matchAll(/\[key: '(\w+)', value: '\$\.([^']+)'\]/gu)].map(([, key = '', path = '']) => [
      key,
      textIn(sent.body, path) ?? '',
    ]),
  );
  const subject = one(file, /regexpFilterText: '([^']*)'/u).replaceAll(/\$(\w+)/gu, (_all, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the filter names ${name}, which is no variable`);
    return value;
  });
  if (!new RegExp(one(file, /regexpFilterExpression: '((?:[^'\\]|\\.)*)'/u), 'u').test(subject)) return undefined;
  if (!file.includes("tokenCredentialId: 'waybill-token'")) throw new Error('any request starts the job');
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
