// Azure Pipelines' YAML by an excerpt of its documentation: Microsoft publishes its schema in no package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const file = join(import.meta.dirname, 'azure-pipelines.schema.json');
const ajv = new Ajv2020({ strict: false, allErrors: true });
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));

/**
 * What is wrong with a pipeline or a template, in lines.
 * @param {unknown} pipeline what the YAML says
 * @returns {string[]}
 */
export function azureProblems(pipeline) {
  return validate(pipeline) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}
