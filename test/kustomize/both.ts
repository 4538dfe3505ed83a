/**
 * The same kustomization in both ways: as Waybill builds it itself, and as kustomize does.
 */
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { createMemoryTree } from '../../plugin/files/memory.ts';
import { completePolicy } from '../../plugin/policy/policy.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { followKustomization } from '../../plugin/sources/kustomize/inputs.ts';
import { buildInProcess } from '../../plugin/sources/kustomize/in-process/build.ts';
import { readSource } from '../../plugin/sources/read.ts';
import { sourceContext } from '../tools/source-context.ts';
import type { Files } from './kustomizations.ts';

const location = { file: 'waybill.yaml', line: 1, column: 1 };
const policy = completePolicy({ kustomize: { inProcess: false } }, undefined, 'cli');

/** The bodies that Waybill makes; a text that says why it leaves the kustomization to kustomize. */
export function inProcess(files: Files): readonly JsonObject[] | string {
  try {
    const { copy, kustomizations } = followKustomization(
      { path: 'app', location },
      { tree: createMemoryTree(files), policy },
    );
    const built = buildInProcess({
      directory: 'app',
      kustomization: (directory) => kustomizations.get(directory),
      text: (path) => copy.text(path),
      nodes: 1_000_000,
      characters: 1_000_000,
    });
    return typeof built === 'string' ? built : built.map(({ body }) => body);
  } catch (error) {
    if (error instanceof Failure) return 'a mistake';
    throw error;
  }
}

/** The bodies that kustomize makes; a text with its message. */
export async function byKustomize(files: Files): Promise<readonly JsonObject[] | string> {
  const context = await sourceContext(createMemoryTree(files), { policy: { ...policy, confinement: 'off' } });
  try {
    const resources = await readSource({ kind: 'kustomize', directory: { path: 'app', location } }, context);
    return resources.map(({ body }) => body);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
