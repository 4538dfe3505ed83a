/**
 * What this program does as a worker thread of itself (plugin/workers).
 */
import { runTasks } from '../workers/run-tasks.ts';

/** Bytes that a thread keeps: archives, documents, printed texts. */
function cachesOf(text: string | undefined): readonly number[] {
  const parsed: unknown = JSON.parse(text ?? '[]');
  return Array.isArray(parsed) ? parsed.map(Number) : [];
}

const tasks = {
  render: async (env: Readonly<Record<string, string | undefined>>): Promise<void> => {
    const [{ renderOne }, { newCaches }] = await Promise.all([
      import('../renders/one.ts'),
      import('../renders/many.ts'),
    ]);
    const caches = newCaches();
    runTasks(async (input: Parameters<typeof renderOne>[0]) => ({ output: await renderOne(input, env, caches) }));
  },
  serve: async (env: Readonly<Record<string, string | undefined>>): Promise<void> => {
    const { ServeTask } = await import('../serve/task.ts');
    const [archiveBytes = 0, documentBytes = 0, printedBytes = 0] = cachesOf(env['WAYBILL_SERVE_CACHES']);
    const task = new ServeTask(env, { archiveBytes, documentBytes, printedBytes });
    runTasks(async (input: Parameters<typeof task.work>[0]) => await task.work(input));
  },
};

/** Begins the work of the given name. */
export async function runWorker(name: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (name !== 'serve' && name !== 'render') throw new Error(`there is no worker ${name}`);
  await tasks[name](env);
}
