/**
 * Asks test/handback/oracle: Argo Events' own code and actionlint.
 */
import { spawnSync } from 'node:child_process';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';
import { type Path, valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';

import { goBinary } from '../tools/go-binary.mjs';

/** The answer to one request. Throws with the tool's words when it refuses the input. */
export async function ask(request: JsonObject): Promise<JsonObject> {
  const { status, stdout, stderr } = spawnSync(await goBinary('test/handback/oracle'), [], {
    input: writeJson(request),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  const [answer] = readYaml(stdout, { file: 'answer', duplicateKeys: 'error' });
  return isObject(answer?.value) ? answer.value : {};
}

/** A list of the answer. */
export function list(answer: JsonObject, key: string): readonly Json[] {
  const value = answer[key];
  return isArray(value) ? value : [];
}

/** The text at a path; empty when there is none. */
export function textAt(value: Json | undefined, path: Path): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
}
