/**
 * Tekton: its own code says what a request creates (test/handback/tekton), and parameters replace `$(params.NAME)`.
 */
import { isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';
import { askTekton } from '../tekton-oracle.ts';
import { type Arrival, listOf, type Started } from './started.ts';

/** The step of the Task that a request runs; undefined when an interceptor stops it. */
export async function start(objects: readonly JsonObject[], arrival: Arrival): Promise<Started | undefined> {
  const { sent, secret, secrets } = arrival;
  const answer = await askTekton(objects, [sent], secret);
  const run = valueAt(answer, ['runs', 0, 'resources', 0]);
  if (run === undefined) return undefined;
  const task = objects.find(
    (one) => one['kind'] === 'Task' && textAt(one, ['metadata', 'name']) === textAt(run, ['spec', 'taskRef', 'name']),
  );
  const given = new Map(
    listOf(valueAt(run, ['spec', 'params'])).map((one) => [textAt(one, ['name']), textAt(one, ['value'])]),
  );
  const env: Record<string, string> = {};
  for (const one of listOf(valueAt(task, ['spec', 'steps', 0, 'env']))) {
    const secretKey = valueAt(one, ['valueFrom', 'secretKeyRef', 'key']);
    const text = textAt(one, ['value']).replaceAll(
      /\$\(params\.([\w-]+)\)/gu,
      (_all, name: string) => given.get(name) ?? '',
    );
    env[textAt(one, ['name'])] = typeof secretKey === 'string' ? (secrets[secretKey] ?? '') : text;
  }
  const script = textAt(task, ['spec', 'steps', 0, 'script']);
  if (!isObject(task) || /\$\(params\./u.test(script)) throw new Error('a parameter is put into the script');
  return { env, script: script.replace(/^#!\/bin\/sh\n/u, ''), shell: 'sh' };
}
