// GitLab's own JSON Schema of .gitlab-ci.yml, and its `rules`, as gitlab-ci-local has them.
import { Ajv } from 'ajv';
import { schema } from 'gitlab-ci-local/src/schema/schema.js';
import { Utils } from 'gitlab-ci-local/src/utils.js';

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
const validate = ajv.compile(schema);

/**
 * What is wrong with a configuration, in lines.
 * @param {unknown} configuration what the YAML says
 * @returns {string[]}
 */
export function gitlabProblems(configuration) {
  return validate(configuration) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

/**
 * Whether an `if` of `rules` holds.
 * @param {string} rule
 * @param {Record<string, string>} variables
 * @returns {boolean}
 */
export function ruleHolds(rule, variables) {
  return Utils.evaluateRuleIf(rule, variables);
}
