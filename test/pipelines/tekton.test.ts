import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askTekton } from '../handback/tekton-oracle.ts';
import { documents } from './world.ts';

const folder = 'examples/pipelines/tekton';
const objects = readdirSync(folder).flatMap((name) => documents(readFileSync(join(folder, name), 'utf8')));

it("Tekton's own webhook takes the Pipeline, its Task and its run", async () => {
  // The API server makes the run's name before it asks the webhook.
  const named = objects.map((one) =>
    one['kind'] === 'PipelineRun' ? { ...one, metadata: { name: 'deliver-1' } } : one,
  );
  const { kinds } = await askTekton(named, [], '');
  expect(kinds).toEqual(['Pipeline', 'Task', 'PipelineRun']);
});

it('it refuses a Pipeline that waits for a Task that there is not', async () => {
  const text = readFileSync(join(folder, 'deliver.yaml'), 'utf8').replace('runAfter: [scan]', 'runAfter: [scanned]');
  await expect(askTekton(documents(text), [], '')).rejects.toThrow('scanned');
});
