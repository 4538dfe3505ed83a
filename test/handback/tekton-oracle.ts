/**
 * Asks test/handback/tekton: Tekton's own code.
 */
import { spawnSync } from 'node:child_process';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { goBinary } from '../tools/go-binary.mjs';
import type { Sent } from './senders.ts';

/** The objects of generated files. */
export function tektonObjects(files: readonly { path: string; text: string }[]): JsonObject[] {
  return files
    .filter(({ path }) => path.startsWith('tekton/'))
    .flatMap(({ path, text }) => readYaml(text, { file: path, duplicateKeys: 'error' }))
    .flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** Checks the objects, and gives each request to their event listeners. Throws what Tekton says against the objects. */
export async function askTekton(
  objects: readonly JsonObject[],
  requests: readonly Sent[],
  secret: string,
): Promise<JsonObject> {
  const asked = {
    objects,
    secret,
    requests: requests.map(({ header, body }) => ({
      header: Object.fromEntries(Object.entries(header).map(([name, value]) => [name, [value]])),
      body,
    })),
  };
  const { status, stdout, stderr } = spawnSync(await goBinary('test/handback/tekton'), [], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const [answer] = readYaml(stdout, { file: 'answer', duplicateKeys: 'error' });
  return isObject(answer?.value) ? answer.value : {};
}
