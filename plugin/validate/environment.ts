/**
 * One environment of one application, rendered as Argo CD would, with all its mistakes: as values that can be sent to a
 * worker thread and back.
 */
import type { LeftOut } from '../applications/find.ts';
import { loadApplication } from '../config/load.ts';
import { sourceMapping } from '../config/native.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits } from '../policy/policy.ts';
import { isRecordManifest } from '../record/manifest.ts';
import { parseRecordName } from '../record/name.ts';
import { splitReference } from '../references/reference.ts';
import { newCaches, type ManyRequest } from '../renders/many.ts';
import { plainDiagnostic } from '../renders/one.ts';
import { render, type RenderResult } from '../render.ts';
import { identify } from '../resources/resource.ts';
import { slug } from '../templates/slug.ts';
import type { NativeChecked, NativeChecks } from './native.ts';

/** What to validate. */
export interface EnvironmentRequest extends ManyRequest {
  /** The folder that bounds everything: an absolute path. */
  readonly root: string;
  /** Used where waybill.yaml gives no namespace; records need one. */
  readonly namespace: string | undefined;
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
}

/** What is known of an environment that renders. */
interface RenderedEnvironment {
  readonly resources: number;
  /** Names of its records. */
  readonly records: readonly string[];
  /** Images, without tag and digest, whose deployments nobody hears of. */
  readonly unreported: readonly string[];
}

/** What came of it. */
export interface EnvironmentReport {
  /** waybill.yaml of the application; its directory when it has none. */
  readonly file: string;
  /** Undefined when it failed. */
  readonly result: RenderedEnvironment | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was not looked at. */
  readonly leftOut: readonly LeftOut[];
  /** Set for an application that Argo CD renders without the sidecar, when its record was found. */
  readonly native: NativeChecked | undefined;
}

function summaryOf({ environment, resources, images }: RenderResult): RenderedEnvironment {
  // Without the commit of a declared repository the render has warned already.
  const isRecorded = environment.stamp.record !== false;
  const unreported = images.flatMap(({ reference, source, declared }) => {
    if (source || declared?.thirdParty || (isRecorded && declared?.sourceRepository !== undefined)) return [];
    return [splitReference(reference).name];
  });
  const names = resources.map(({ body }) => identify(body).name);
  return {
    resources: resources.length,
    records: names.filter((name) => parseRecordName(name) !== undefined),
    unreported: [...new Set(unreported)],
  };
}

/** Records that the files still have although the sidecar adds them: an old one reports a commit that does not run. */
function leftoverRecords({ environment, sourced }: RenderResult): Diagnostic[] {
  const left = sourced.filter(
    ({ body }) => isRecordManifest(body) && parseRecordName(identify(body).name) !== undefined,
  );
  return left.map(({ body, origin }) => ({
    severity: 'error',
    code: 'record-twice',
    message: `the source of ${environment.name ?? 'the application'} has a record of its own: ${identify(body).name}`,
    location: origin.location,
    help: [
      'With the sidecar, Waybill adds the record; this one would report its commit, whatever runs.',
      "Remove its file, and its entry in the kustomization's resources.",
    ],
  }));
}

/** Validates one environment after the other, and keeps what they share. */
export class EnvironmentValidation {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #caches = newCaches();
  readonly #natives = new Map<FileTree, NativeChecks>();
  #tree: { readonly root: string; readonly tree: FileTree } | undefined;

  /** @param env the environment of the command */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  async #native(tree: FileTree): Promise<NativeChecks> {
    const known = this.#natives.get(tree);
    if (known) return known;
    // Loaded only where an application is native.
    const { NativeChecks: Checks } = await import('./native.ts');
    const made = new Checks(tree);
    this.#natives.set(tree, made);
    return made;
  }

  /** Validates one. Failures become diagnostics. */
  async validate(request: EnvironmentRequest): Promise<EnvironmentReport> {
    const { root, directory, environment, namespace, kubeVersion, apiVersions } = request;
    const policy = loadPolicy(this.#env, 'cli');
    if (this.#tree?.root !== root) this.#tree = { root, tree: createDirectoryTree(root, fileLimits(policy)) };
    const { tree } = this.#tree;
    const diagnostics: Diagnostic[] = [];
    const leftOut: LeftOut[] = [];
    const warn = (diagnostic: Diagnostic): void => {
      diagnostics.push(plainDiagnostic(diagnostic));
    };
    const attempt = async <Result>(work: () => Result | Promise<Result>): Promise<Result | undefined> => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        error.diagnostics.forEach(warn);
        return undefined;
      }
    };
    const application = await attempt(() => loadApplication(tree, directory));
    if (!application) return { file: directory || '.', result: undefined, diagnostics, leftOut, native: undefined };
    const name = slug(baseName(directory || root) || 'application');
    const asked = {
      tree,
      policy,
      directory,
      environment,
      kubeVersion,
      apiVersions,
      binaries: { env: this.#env },
      app: { name, instance: name, namespace },
      values: {},
      images: [],
      warn,
      reuse: this.#caches.in(root),
    };
    const isExternal = sourceMapping(application.config)?.external !== undefined;
    const rendered = isExternal
      ? undefined
      : await attempt(() => render({ ...asked, preview: 'example', stamp: true }));
    const native =
      isExternal || rendered?.environment.native ? await (await this.#native(tree)).check(asked, attempt) : undefined;
    if (isExternal)
      leftOut.push({
        directory,
        reason: `${environment ?? 'its source'} is not in this repository; its record was looked at`,
      });
    if (rendered && !rendered.environment.native) leftoverRecords(rendered).forEach(warn);
    // What the lock says about the images is what is reported of them.
    const result =
      rendered && native?.state?.rendered ? { ...rendered, images: native.state.rendered.images } : rendered;
    const strategies = result?.environment.images.flatMap(({ strategy }) => strategy ?? []) ?? [];
    if (strategies.length > 0) {
      const { checkStrategies } = await import('../strategies/check.ts');
      await attempt(() => checkStrategies(strategies));
    }
    return {
      file: application.file ?? (directory || '.'),
      result: result && summaryOf(result),
      diagnostics,
      leftOut,
      native: native?.checked,
    };
  }
}
