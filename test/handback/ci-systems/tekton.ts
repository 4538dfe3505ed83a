/**
 * Tekton: its own code says what a request creates (test/handback/tekton), and parameters replace `$(params.NAME)`.
 */
import { isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';
import { askTekton } from '../tekton-oracle.ts';
import { type Arrival, listOf, type Started } from './started.ts';

/** What the Task is run with: by the event listener, or by another pipeline. */
async function run(
  objects: readonly JsonObject[],
  { sent, called, secret }: Arrival,
): Promise<{ task: string; given: Map<string, string> } | undefined> {
  if (called !== undefined) {
    const task = objects.find((one) => one['kind'] === 'Task');
    const given = new Map([
      ['source-commit', called.commit],
      ['environment', called.environment],
    ]);
    return { task: textAt(task, ['metadata', 'name']), given };
  }
  // By the clock a CronJob calls, with the secret.
  const answer = await askTekton(objects, [sent ?? { header: { Authorization: secret }, body: {} }], secret);
  const created = valueAt(answer, ['runs', 0, 'resources', 0]);
  if (created === undefined) return undefined;
  const params = listOf(valueAt(created, ['spec', 'params']));
  return {
    task: textAt(created, ['spec', 'taskRef', 'name']),
    given: new Map(params.map((one) => [textAt(one, ['name']), textAt(one, ['value'])])),
  };
}

/** The step of the Task that a request runs; undefined when an interceptor stops it. */
export async function start(objects: readonly JsonObject[], arrival: Arrival): Promise<Started | undefined> {
  const { secrets } = arrival;
  const found = await run(objects, arrival);
  if (found === undefined) return undefined;
  const { task: name, given } = found;
  const task = objects.find((one) => one['kind'] === 'Task' && textAt(one, ['metadata', 'name']) === name);
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
