/**
 * kustomize: built by the real program, so that a kustomization means here what it means everywhere else.
 */
import { findHelm } from '../../binaries/helm.ts';
import { type KustomizeBuilt, kustomizeBuild } from '../../binaries/kustomize.ts';
import type { Printed } from '../../binaries/run.ts';
import type { PathEntry } from '../../config/environment.ts';
import { parentPath } from '../../files/path.ts';
import type { Resource } from '../../resources/resource.ts';
import { printedOnce } from '../../reuse/reuse.ts';
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
  const resourcesIn = ({ stdout, stderr }: Printed): Resource[] => {
    for (const warning of warnings('kustomize', stderr, start.location)) context.warn(warning);
    const name = `output of kustomize build ${directory || '.'}`;
    return readPrinted({ text: stdout, name, origin: () => ({ file }) }, context);
  };
  const buildIn = (root: string, origins: boolean): Promise<KustomizeBuilt> =>
    kustomizeBuild({ root, directory, network, helm, location: start.location, origins }, binaries);
  if (!context.origins) {
    const files = network || inflates ? undefined : copy.parts();
    const run = (): Promise<Printed> => copy.use((root) => buildIn(root, false));
    return resourcesIn(await printedOnce(context.reuse, files, ['kustomize', directory], run));
  }
  return copy.use(async (root) => {
    const resources = resourcesIn(await buildIn(root, false));
    const told = await buildIn(root, true);
    const fileOf = originsIn(told.stdout, told.folder, root);
    return resources.map(({ body, origin }) => ({
      body,
      origin: { ...origin, location: { file: fileOf(body) ?? file }, builtBy: { file } },
    }));
  });
}
