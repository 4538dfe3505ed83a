/**
 * kustomize: built by the real program, so that a kustomization means here what it means everywhere else.
 */
import { findHelm } from '../../binaries/helm.ts';
import { kustomizeBuild } from '../../binaries/kustomize.ts';
import type { PathEntry } from '../../config/environment.ts';
import { parentPath } from '../../files/path.ts';
import type { Resource } from '../../resources/resource.ts';
import type { SourceContext } from '../context.ts';
import { readPrinted, warnings } from '../printed.ts';
import { followKustomization } from './inputs.ts';
import { originsIn } from './origins.ts';

/**
 * The resources of a kustomization, in kustomize's order. Their origin is the kustomization's file, or, where it is
 * asked for, the file that holds them. Failure as `followKustomization` and `kustomizeBuild`.
 */
export async function readKustomize(start: PathEntry, context: SourceContext): Promise<Resource[]> {
  const { file, copy, inflates } = followKustomization(start, context);
  const directory = parentPath(file);
  const { policy } = context;
  const binaries = {
    ...context.binaries,
    outputBytes: policy.limits.outputBytes,
    memoryBytes: policy.limits.programMemory,
    confinement: policy.confinement,
  };
  const network = policy.remote.kustomizeBases || (inflates && policy.remote.helmDependencies);
  const helm = inflates ? findHelm(binaries, start.location) : undefined;
  return copy.use(async (root) => {
    const build = { root, directory, network, helm, location: start.location };
    const { stdout, stderr } = await kustomizeBuild({ ...build, origins: false }, binaries);
    for (const warning of warnings('kustomize', stderr, start.location)) context.warn(warning);
    const name = `output of kustomize build ${directory || '.'}`;
    const resources = readPrinted({ text: stdout, name, origin: () => ({ file }) }, context);
    if (!context.origins) return resources;
    const told = await kustomizeBuild({ ...build, origins: true }, binaries);
    const fileOf = originsIn(told.stdout, told.folder, root);
    return resources.map(({ body, origin }) => ({
      body,
      origin: { ...origin, location: { file: fileOf(body) ?? file }, builtBy: { file } },
    }));
  });
}
