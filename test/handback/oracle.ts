/**
 * Asks test/handback/oracle: Argo Events' own code and actionlint.
 */
import { spawn, spawnSync } from 'node:child_process';
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

/** As {@link ask}, for tests whose own server the tool talks to. */
export async function askMeanwhile(request: JsonObject): Promise<JsonObject> {
  const child = spawn(await goBinary('test/handback/oracle'), [], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (output[name] += chunk.toString()));
  child.stdin.end(writeJson(request));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  if (status !== 0) throw new Error(output.stderr);
  const [answer] = readYaml(output.stdout.split('\n').at(-2) ?? '', { file: 'answer', duplicateKeys: 'error' });
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
