/**
 * How an application is rendered: its source gives resources, the namespace is filled in, the environment's overlays
 * change them, images get the tags and digests of the lock, the stamp says where they come from, and the checks judge
 * what is printed, by the policy and by what Argo CD would do damage with. Only this file knows the order.
 */
import type { Binaries } from './binaries/binaries.ts';
import { checkAuthored, checkIdentityTypes } from './checks/authored/authored.ts';
import { checkResources } from './checks/checks.ts';
import type { AppContext } from './config/application.ts';
import type { GivenPullRequest } from './config/preview.ts';
import { loadApplication } from './config/load.ts';
import type { DeclaredImage, Environment, Preview } from './config/environment.ts';
import { resolveEnvironment } from './config/resolve.ts';
import type { Diagnostic, Location } from './diagnostics/diagnostic.ts';
import { attemptBoth } from './diagnostics/failure.ts';
import type { FileTree } from './files/tree.ts';
import { addHooks } from './hook/hook.ts';
import type { ImageDecisions } from './images/decisions.ts';
import { underNewNames } from './images/renamed.ts';
import { type ResolvedImage, resolveImages, type UndecidedImage, undecidedImages } from './images/resolve.ts';
import type { ImageLock } from './lock/lock.ts';
import { loadLock } from './lock/locks.ts';
import { fillNamespace } from './namespace/namespace.ts';
import { type Deadline, startDeadline } from './policy/deadline.ts';
import { enforceEnvironment, enforceResources } from './policy/enforce.ts';
import { applyOverlays } from './overlays/apply.ts';
import { isRecordManifest } from './record/manifest.ts';
import type { Policy } from './policy/policy.ts';
import type { Recorder } from './provenance/change.ts';
import type { ImageOverride } from './references/override.ts';
import type { Resource } from './resources/resource.ts';
import { NodeBudget } from './resources/weight.ts';
import type { Reuse } from './reuse/reuse.ts';
import type { SourceContext } from './sources/context.ts';
import { readAdded, readSource } from './sources/read.ts';
import { stamp } from './stamp/stamp.ts';

/** Everything that a render depends on: equal requests give equal results. */
export interface RenderRequest {
  readonly tree: FileTree;
  /** Tree path of the application directory; '' for the root. */
  readonly directory: string;
  /** Undefined: the application's only variant; an error when it has environments. */
  readonly environment: string | undefined;
  readonly app: AppContext;
  /** Values that override those of waybill.yaml, as text. */
  readonly values: Readonly<Record<string, string>>;
  /** The pull request that a preview renders. */
  readonly preview?: GivenPullRequest | undefined;
  /** Images that override the lock; of several places (command line, parameter, plugin env) the first for an image wins. */
  readonly images: readonly ImageOverride[];
  /** As Argo CD passes KUBE_VERSION and KUBE_API_VERSIONS; helm charts ask for them. */
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  /** False leaves out annotations and records. */
  readonly stamp: boolean;
  /** A native source as the sidecar would render it: the lock's images, and the record made anew. @default false */
  readonly asSidecar?: boolean;
  readonly policy: Policy;
  readonly binaries: Binaries;
  /** Hears of what is odd but no error. */
  readonly warn: (diagnostic: Diagnostic) => void;
  /** Hears of every change of a field, for `explain`. */
  readonly record?: Recorder | undefined;
  /** What was kept of earlier renders of the same repository under the same policy. Changes no result. */
  readonly reuse?: Reuse | undefined;
}

/** Milliseconds that helm or kustomize may take when the policy gives a render more time than that, or no end. */
const BINARY_TIMEOUT = 60_000;

/** Milliseconds that a registry may take for one answer while something is rendered. */
const REGISTRY_TIMEOUT = 10_000;

/** What came out. */
export interface RenderResult {
  readonly environment: Environment;
  /** In the order in which they are printed. */
  readonly resources: readonly Resource[];
  /** As the source gave them, before anything was changed. */
  readonly sourced: readonly Resource[];
  readonly images: readonly ResolvedImage[];
}

/** What the source and the environment's additional files give, in this order. */
async function readResources(environment: Environment, context: SourceContext): Promise<Resource[]> {
  const [sourced, added] = await attemptBoth(
    readSource(environment.source, context),
    (async () => readAdded(environment.resources, context))(),
  );
  return [...sourced, ...added];
}

/**
 * What strategies choose for images that neither an override nor the lock decides. Nothing of it is loaded for other
 * renders. A registry that takes too long must not take the time of the whole render.
 * @throws Failure `strategy-…`, `registry-…`, `limit-seconds`
 */
async function chooseImages(
  undecided: readonly UndecidedImage[],
  { policy, binaries }: RenderRequest,
  environment: string | undefined,
  deadline: Deadline,
): Promise<ImageDecisions | undefined> {
  if (undecided.length === 0) return undefined;
  const [{ strategyDecisions }, { createRegistry }, { cacheFolder }] = await Promise.all([
    import('./strategies/decisions.ts'),
    import('./registries/client.ts'),
    import('./files/cache-folder.ts'),
  ]);
  const { env } = binaries;
  const folder = cacheFolder(env, 'registries');
  const remaining = deadline.remaining() * 1000;
  const milliseconds = Math.min(REGISTRY_TIMEOUT, remaining);
  // The deadline itself tells the user; this ends what is then still under way.
  const total = Number.isFinite(remaining) ? { totalMs: remaining + 100 } : {};
  const answers = strategyDecisions(undecided, {
    policy,
    environment,
    registry: () =>
      createRegistry({ env, cacheFolder: folder, timeoutMs: milliseconds, longestWaitMs: milliseconds, ...total }),
  });
  return await deadline.within('asking registries', answers);
}

/**
 * The images of a pull request's head commit: with their digests where the policy lets a render ask their registry, by
 * their tags elsewhere.
 * @throws Failure `preview-image` for an image that is not pushed yet, `registry-…`, `limit-seconds`
 */
async function previewImages(
  { images, name }: Environment,
  preview: Preview,
  lock: ImageLock | undefined,
  request: RenderRequest,
  deadline: Deadline,
): Promise<ImageDecisions> {
  const { askable, notPushed, previewAnswers, unusedLocks } = await import('./images/preview.ts');
  unusedLocks(preview, lock).forEach(request.warn);
  const asked = askable(preview, images, request.policy, request.images);
  try {
    return previewAnswers(preview, await chooseImages(asked, request, name, deadline));
  } catch (error) {
    throw notPushed(preview, error);
  }
}

/** What is known once overlays are applied, for the stages that follow. */
interface Changed {
  readonly request: RenderRequest;
  readonly environment: Environment;
  readonly lock: ImageLock | undefined;
  /** `images` of waybill.yaml. */
  readonly declared: readonly DeclaredImage[];
  /** waybill.yaml, or the directory. */
  readonly location: Location;
  readonly resources: readonly Resource[];
  readonly chosen: ImageDecisions | undefined;
}

/** Whether Argo CD renders it without the sidecar, and nothing of the lock and the stamp reaches the result. */
function isNativeRender(environment: Environment, { asSidecar = false }: RenderRequest): boolean {
  return environment.native !== undefined && !asSidecar;
}

type Named = Pick<Changed, 'request' | 'environment' | 'lock' | 'declared'>;

function imagesContext({ request, environment, lock, declared }: Named) {
  const { imagePaths } = environment;
  return { declared, imagePaths, lock, overrides: request.images, record: request.record };
}

/** Images, stamp, hooks, and the judgement of all that is printed. */
function finish(changed: Changed): Pick<RenderResult, 'resources' | 'images'> {
  const { request, environment, lock, location, chosen } = changed;
  const { policy, record, warn } = request;
  const { app } = environment;
  const namespace = environment.namespace ?? app.namespace;
  const isStamped = request.stamp && !isNativeRender(environment, request);
  const { resources: pinned, resolved } = resolveImages(changed.resources, { ...imagesContext(changed), chosen });
  const stamped = isStamped
    ? stamp(pinned, {
        environment: environment.name,
        reportAs: environment.reportAs,
        app,
        stamp: environment.stamp,
        resolved,
        prefix: policy.stampPrefix,
        namespace,
        inFiles: environment.native !== undefined,
        location,
        record,
        warn,
      })
    : pinned;
  const resources = isStamped
    ? addHooks(stamped, { events: environment.events, application: app.name, namespace, location, record })
    : stamped;
  const earlier = new Set(pinned.map(({ origin }) => origin));
  checkResources(resources, {
    policy,
    environment: environment.name,
    allowEmpty: environment.allowEmpty,
    destinationNamespace: app.namespace,
    speaker: { project: app.project, namespace: app.namespace },
    imagePaths: environment.imagePaths,
    declared: changed.declared,
    lock,
    resolved,
    made: new Set(resources.filter(({ origin }) => !earlier.has(origin))),
    location,
  });
  return { resources, images: resolved };
}

/**
 * Renders one application for one environment.
 * @throws Failure with everything that is wrong, as far as the mistakes are independent of each other
 */
export async function render(request: RenderRequest): Promise<RenderResult> {
  const { tree, directory, policy, record, warn } = request;
  const deadline = startDeadline(policy);
  const budget = new NodeBudget(policy.limits.nodes);
  const { application, environment } = deadline.run('reading waybill.yaml', () => {
    const loaded = loadApplication(tree, directory, policy.limits);
    const context = { app: request.app, values: request.values, preview: request.preview };
    return { application: loaded, environment: resolveEnvironment(loaded, request.environment, context) };
  });
  const { app } = environment;
  enforceEnvironment(policy, { environment: environment.name, project: app.project, namespace: app.namespace });
  const location: Location = { file: application.file ?? directory };

  const [given, locked] = await attemptBoth(
    readResources(environment, {
      tree,
      directory,
      name: app.name,
      namespace: environment.namespace ?? app.namespace,
      kubeVersion: request.kubeVersion,
      apiVersions: request.apiVersions,
      referencedFiles: environment.referencedFiles,
      policy,
      binaries: { ...request.binaries, timeoutMs: Math.min(BINARY_TIMEOUT, deadline.remaining() * 1000) },
      budget,
      run: (work) => deadline.run('reading the source', work),
      origins: record !== undefined,
      warn,
      reuse: request.reuse,
    }),
    (async () => loadLock(tree, directory, environment.name))(),
  );
  // Natively the files have the images of the lock, and the record.
  const isNative = isNativeRender(environment, request);
  const { native, imagePaths, images } = environment;
  const said = { lock: locked, declared: images };
  const named = native ? underNewNames(given, imagePaths, said) : said;
  const lock = isNative ? undefined : named.lock;
  const sourced = request.asSidecar ? given.filter(({ body }) => !isRecordManifest(body)) : given;
  enforceResources(policy, sourced.length);
  // Before the next stages take a namespace that is no text for none.
  await checkIdentityTypes(sourced, tree);
  const placed = fillNamespace(sourced, {
    namespace: environment.namespace,
    // Finding the place reads the file again.
    location: record ? application.document.locate(['namespace']) : undefined,
    record,
  });
  const overlaid = await applyOverlays(placed, environment.overlays, {
    environment: environment.name,
    budget,
    run: (work) => deadline.run('applying overlays', work),
    record,
  });
  await checkAuthored(placed, overlaid, {
    tree,
    blame: async (resource, path, isFaulty) => {
      const { blameOverlay } = await import('./overlays/blame.ts');
      const source = placed.find(({ origin }) => origin === resource.origin) ?? resource;
      return blameOverlay(source, environment.overlays, path, isFaulty);
    },
  });
  const partial = environment.preview?.partial;
  // Loaded only where an application has partial previews.
  const resources = partial ? (await import('./routes/routes.ts')).addRoutes(overlaid, { partial, record }) : overlaid;
  // Loaded only where an application has such paths.
  if (environment.imagePaths.length > 0) {
    const { unusedImagePaths } = await import('./images/paths-used.ts');
    unusedImagePaths(resources, environment.imagePaths).forEach(warn);
  }
  const changed = { request, environment, lock, declared: named.declared, location, resources };
  const strategic =
    !isNative && images.some(({ strategy }) => strategy !== undefined)
      ? await chooseImages(undecidedImages(resources, imagesContext(changed)), request, environment.name, deadline)
      : undefined;
  // Loaded only where a pull request is rendered.
  const chosen = environment.preview
    ? new Map([
        ...(strategic ?? []),
        ...(await previewImages(environment, environment.preview, lock, request, deadline)),
      ])
    : strategic;
  const finished = deadline.run('resolving images and stamping', () => finish({ ...changed, chosen }));
  return { environment, sourced: given, ...finished };
}
