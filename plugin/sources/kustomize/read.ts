/**
 * kustomize: built by the real program, or as that would build it (in-process/build.ts), so that a kustomization means here
 * what it means everywhere else.
 */
import { findHelm } from '../../binaries/helm.ts';
import { isMadeOf, type KustomizeBuilt, kustomizeBuild } from '../../binaries/kustomize.ts';
import type { Printed } from '../../binaries/run.ts';
import type { PathEntry } from '../../config/environment.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { parentPath } from '../../files/path.ts';
import type { Resource } from '../../resources/resource.ts';
import { printedOnce } from '../../reuse/reuse.ts';
import type { SourceContext } from '../context.ts';
import { readPrinted, warnings } from '../printed.ts';
import { type Followed, followKustomization } from './inputs.ts';
import { provenModules } from './in-process/proven.generated.ts';
import { originsIn } from './origins.ts';

/**
 * What is built without starting kustomize; where only kustomize can, what it is for. That is so for every mistake:
 * kustomize says what is wrong.
 */
async function withoutKustomize(followed: Followed, context: SourceContext): Promise<Resource[] | string> {
  const { file, copy, kustomizations } = followed;
  const { policy, budget, origins } = context;
  const { buildInProcess } = await import('./in-process/build.ts');
  try {
    return context.run(() => {
      const built = buildInProcess({
        directory: parentPath(file),
        kustomization: (directory) => kustomizations.get(directory),
        text: (path) => copy.text(path),
        nodes: policy.limits.nodes,
        // What is printed could be this many times larger.
        characters: policy.limits.outputBytes / 8,
      });
      if (typeof built === 'string') return built;
      return built.map((resource) => {
        const way = 'built without starting kustomize';
        const origin = origins ? { location: { file: resource.file }, builtBy: { file }, way } : { location: { file } };
        budget.read(resource.body, origin.location);
        return { body: resource.body, origin };
      });
    });
  } catch (error) {
    // A limit is one in either way.
    if (!(error instanceof Failure) || error.diagnostics.some(({ code }) => code.startsWith('limit-'))) throw error;
    return 'a mistake';
  }
}

/**
 * The resources of a kustomization, in kustomize's order. Their origin is the kustomization's file, or, where it is
 * asked for, the file that holds them. Failure as `followKustomization` and `kustomizeBuild`.
 */
export async function readKustomize(start: PathEntry, context: SourceContext): Promise<Resource[]> {
  const followed = followKustomization(start, context);
  const { file, copy, inflates } = followed;
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
  const canBe = policy.kustomize.inProcess && !inflates && isMadeOf(provenModules, binaries, start.location);
  const built = canBe ? await withoutKustomize(followed, context) : undefined;
  if (typeof built === 'object') return built;
  const way = `built by kustomize${built === undefined ? '' : ` because of ${built}`}`;
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
      origin: { ...origin, location: { file: fileOf(body) ?? file }, builtBy: { file }, way },
    }));
  });
}
