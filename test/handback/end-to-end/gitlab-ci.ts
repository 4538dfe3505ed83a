/**
 * GitLab CI as far as a generated job needs it: its rules, its variables and its script.
 *
 * https://docs.gitlab.com/ci/yaml/, https://docs.gitlab.com/ci/jobs/job_rules/
 */
import { isArray, isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { getKey } from '../../../plugin/resources/json.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { textAt } from '../oracle.ts';
import type { Ran, ShellOptions, World } from './world.ts';

type Variables = Readonly<Record<string, string>>;

/** One term of a rule: `$A == "text"`, `$A == $B`, `$A == null` or `$A`. */
function holds(term: string, variables: Variables): boolean {
  const value = (text: string): string | undefined => {
    if (text === 'null') return undefined;
    if (text.startsWith('$')) return variables[text.slice(1)];
    const quoted = /^"(.*)"$/u.exec(text);
    if (quoted === null) throw new Error(`not understood in a rule: ${text}`);
    return quoted[1];
  };
  const [left = '', right, more] = term.split(' == ').map((text) => text.trim());
  if (more !== undefined) throw new Error(`not understood in a rule: ${term}`);
  return right === undefined ? (value(left) ?? '') !== '' : value(left) === value(right);
}

function expand(text: string, variables: Variables): string {
  return text.replaceAll(/\$(\w+)/gu, (_all, name: string) => variables[name] ?? '');
}

/** Runs the only job of a file in a pipeline with these variables. Undefined when no rule lets it in. */
export async function runGitLabJob(
  text: string,
  variables: Variables,
  world: World,
  options: ShellOptions = {},
): Promise<Ran | undefined> {
  const [document] = readYaml(text, { file: 'gitlab-ci.yml', duplicateKeys: 'error' });
  const job: JsonObject | undefined = Object.values(isObject(document?.value) ? document.value : {}).find(isObject);
  const rules = job === undefined ? undefined : getKey(job, 'rules');
  const terms = (isArray(rules) ? rules : []).map((rule) => textAt(rule, ['if']).split(' && '));
  if (!terms.some((all) => all.every((term) => holds(term, variables)))) return undefined;
  const own = job === undefined ? undefined : getKey(job, 'variables');
  // Variables of a pipeline or project come before those of the job.
  const env = {
    ...Object.fromEntries(
      Object.keys(isObject(own) ? own : {}).map((name) => [name, expand(textAt(own, [name]), variables)]),
    ),
    ...variables,
  };
  const script = job === undefined ? undefined : getKey(job, 'script');
  const lines = (isArray(script) ? script : []).map((line) => textAt(line, []));
  return await world.sh(lines.join('\n'), { ...options, env: { ...env, ...options.env } });
}
