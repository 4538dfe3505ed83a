/**
 * Jenkins for a build of main by a multibranch job: the stages of a declarative Jenkinsfile in order, in one workspace,
 * each with the credentials that it binds. https://www.jenkins.io/doc/book/pipeline/syntax/
 */
import { getKey } from '../../../plugin/resources/json.ts';
import { textAt } from '../../handback/oracle.ts';
import { type System, threeValues } from '../system.ts';
import { credentials, type Run, secret } from '../world.ts';

/** The text between a brace and the one that closes it. `from` is the place of the first. */
function block(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from + 1, at);
  }
  throw new Error('a brace that nothing closes');
}

/** What a Groovy string in single quotes means: a backslash at the end of a line joins it with the next. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([\s\S])/gu, (_all, next: string) => {
    if (next === '\n') return '';
    if (next === 'n') return '\n';
    if (`\\'"`.includes(next)) return next;
    throw new Error(`the escape \\${next} is not known here`);
  });
}

/** The scripts of `sh` steps. */
function scripts(stage: string): string[] {
  return [...stage.matchAll(/^ *sh (?:'''([\s\S]*?)'''|'([^'\n]*)')$/gmu)].map(([, long, short]) =>
    unescaped(long ?? short ?? ''),
  );
}

/** `NAME = 'value'` of the pipeline's environment. */
function values(file: string): Record<string, string> {
  const environment = block(file, file.indexOf('{', file.indexOf('environment {')));
  return Object.fromEntries(
    [...environment.matchAll(/^ *(\w+) = ["']([^"'\n]*)["']/gmu)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** The variables of `NAME = credentials('id')`. A user with a password becomes three, a text one. */
function bound(stage: string, run: Run): Record<string, string> {
  const all: Record<string, Record<string, string>> = {
    'image-registry': { REGISTRY_USR: 'ci', REGISTRY_PSW: secret, REGISTRY: `ci:${secret}` },
    'security-webhook': { SECURITY_WEBHOOK: credentials(run)['SECURITY_WEBHOOK'] ?? '' },
  };
  return Object.fromEntries(
    [...stage.matchAll(/^ *(\w+) = credentials\('([\w-]+)'\)/gmu)].flatMap(([, name = '', id = '']) =>
      Object.entries(all[id] ?? { [name]: secret }),
    ),
  );
}

const runURL = ({ service }: Run): string => `https://jenkins.acme.dev/job/${service.name}/job/main/77/`;

/** @see System */
export const jenkins: System = {
  name: 'Jenkins',
  file: 'examples/pipelines/jenkins/Jenkinsfile',
  url: (name) => `https://github.com/acme/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: threeValues,
  read: (text) => ({ text }),
  async execute(file, run) {
    const text = textAt(getKey(file, 'text'), []);
    const folder = run.workspace('source', 100);
    // JENKINS_URL/env-vars.html
    const variables = {
      JENKINS_URL: 'https://jenkins.acme.dev/',
      GIT_URL: `${run.service.url}.git`,
      GIT_COMMIT: run.service.commit,
      GIT_BRANCH: 'main',
      BRANCH_NAME: 'main',
      BUILD_URL: runURL(run),
      WORKSPACE: folder,
    };
    const stages = [...text.matchAll(/stage\('[^']+'\) \{/gu)];
    if (stages.length === 0) throw new Error('no stages');
    for (const found of stages) {
      const stage = block(text, found.index + found[0].length - 1);
      const env = { ...values(text), ...variables, ...bound(stage, run) };
      for (const script of scripts(stage)) {
        // A script without a first line of its own is traced, and ends with the first command that fails.
        const shell = script.startsWith('#!/bin/sh\n') ? ['sh'] : ['sh', '-xe'];
        if ((await run.sh(script, shell, folder, env)) !== 0) return 1;
      }
    }
    return 0;
  },
};
