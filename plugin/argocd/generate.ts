/**
 * What Argo CD asks a plugin for, whichever way it asks: the manifests of an Application, and the parameters that its
 * UI shows. The command (`waybill plugin`) and the server (`waybill serve`) give the same, since both call this.
 */
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FileTree } from '../files/tree.ts';
import { writeResources } from '../output/stream.ts';
import { enforceOutput } from '../policy/enforce.ts';
import type { Policy } from '../policy/policy.ts';
import { parseOverride } from '../references/override.ts';
import { render } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
import type { Reuse } from '../reuse/reuse.ts';
import { type Announcement, announcements } from './announcement.ts';
import { type Env, readPluginEnvironment } from './environment.ts';

/** An application in a received repository. */
export interface ReceivedApplication {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly policy: Policy;
}

/** What manifests are made of. */
export interface GenerateRequest extends ReceivedApplication {
  /** What Argo CD tells about the Application, as environment variables. */
  readonly pluginEnv: Env;
  /** The environment of the sidecar itself. */
  readonly ownEnv: Env;
  readonly warn: (diagnostic: Diagnostic) => void;
  readonly reuse?: Reuse | undefined;
}

/** The resources of the Application. Failure as {@link readPluginEnvironment} and {@link render}. */
export async function generate(request: GenerateRequest): Promise<readonly Resource[]> {
  const { tree, directory, policy, pluginEnv, ownEnv, warn, reuse } = request;
  const { app, environment, images, values, preview, kubeVersion, apiVersions } = readPluginEnvironment(pluginEnv);
  const { resources } = await render({
    tree,
    directory,
    environment,
    app,
    values,
    preview,
    images: images.map(({ text, label }) => parseOverride(text, label)),
    kubeVersion,
    apiVersions,
    stamp: true,
    policy,
    binaries: { env: ownEnv },
    warn,
    reuse,
  });
  return resources;
}

/** The texts of the resources, one each. Failure `limit-output` as soon as there are too many bytes. */
export function* manifestTexts(resources: readonly Resource[], policy: Policy): Generator<string> {
  let bytes = 0;
  for (const resource of resources) {
    const text = writeResources([resource], 'json');
    bytes += Buffer.byteLength(text);
    enforceOutput(policy, bytes);
    yield text;
  }
}

/** The parameters that an Application may set. Failure as {@link loadApplication}. */
export function parametersOf({ tree, directory, policy }: ReceivedApplication): readonly Announcement[] {
  const { environments, config } = loadApplication(tree, directory, policy.limits);
  const previews = Object.values(config.environments ?? {}).some((one) => one?.preview !== undefined);
  return announcements(environments, Object.keys(config.values ?? {}), previews);
}
