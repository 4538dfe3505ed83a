/**
 * What this program does as a worker thread of itself (plugin/workers).
 */
import { runTasks } from '../workers/run-tasks.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Bytes that a thread keeps: archives, documents, printed texts. */
function cachesOf(text: string | undefined): readonly number[] {
  const parsed: unknown = JSON.parse(text ?? '[]');
  return Array.isArray(parsed) ? parsed.map(Number) : [];
}

const tasks = {
  render: async (env: Env): Promise<void> => {
    const [{ renderOne }, { newCaches }] = await Promise.all([
      import('../renders/one.ts'),
      import('../renders/many.ts'),
    ]);
    const caches = newCaches();
    runTasks(async (input: Parameters<typeof renderOne>[0]) => ({ output: await renderOne(input, env, caches) }));
  },
  validate: async (env: Env): Promise<void> => {
    const { EnvironmentValidation } = await import('../validate/environment.ts');
    const validation = new EnvironmentValidation(env);
    runTasks(async (input: Parameters<typeof validation.validate>[0]) => ({
      output: await validation.validate(input),
    }));
  },
  diff: async (env: Env): Promise<void> => {
    const { EnvironmentComparison } = await import('../diff/environment.ts');
    const comparison = new EnvironmentComparison(env);
    runTasks(async (input: Parameters<typeof comparison.compare>[0]) => ({ output: await comparison.compare(input) }));
  },
  serve: async (env: Env): Promise<void> => {
    const { ServeTask } = await import('../serve/task.ts');
    const [archiveBytes = 0, documentBytes = 0, printedBytes = 0] = cachesOf(env['WAYBILL_SERVE_CACHES']);
    const task = new ServeTask(env, { archiveBytes, documentBytes, printedBytes });
    runTasks(async (input: Parameters<typeof task.work>[0]) => await task.work(input));
  },
};

/** Begins the work of the given name. */
export async function runWorker(name: string, env: Env): Promise<void> {
  const task = Object.entries(tasks).find(([known]) => known === name)?.[1];
  if (!task) throw new Error(`there is no worker ${name}`);
  await task(env);
}
