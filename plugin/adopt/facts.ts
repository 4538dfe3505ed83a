/**
 * What there is to adopt: every application and environment of the repository, the Application of Argo CD that deploys it
 * today, and the source repositories that its images come from.
 */
import type { DeclaredApplication, DeclaredApplications, ElsewhereApplication } from '../applications/argocd/read.ts';
import { environmentsOf } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import type { Environment } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironment } from '../config/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { loadLock } from '../lock/locks.ts';
import { parseRepository } from '../record/repository.ts';
import { allowsConfigMaps } from '../native/applications.ts';
import { placementOf } from '../native/placement.ts';
import { getKey, isObject } from '../resources/json.ts';
import { slug } from '../templates/slug.ts';

/** One application in one environment. */
export interface Deployment {
  /** Tree path of the application directory. */
  readonly directory: string;
  /** Undefined for an application without environments. */
  readonly environment: string | undefined;
  readonly kind: Environment['source']['kind'];
  readonly namespace: string | undefined;
  /** Names of images that the team builds, with their source repositories as `host/owner/name`. */
  readonly images: readonly { readonly name: string; readonly repository: string | undefined }[];
  /** The Application that deploys it today; undefined when the repository declares none, or several. */
  readonly application: DeclaredApplication | undefined;
  /** The Application that deploys a chart from elsewhere, by the name that waybill.yaml gives the record. */
  readonly chart: ElsewhereApplication | undefined;
  /** Whether the record lies apart from the manifests, so that the Application needs one more source. */
  readonly recordApart: boolean;
}

/** What was found. */
export interface Facts {
  readonly deployments: readonly Deployment[];
  readonly warnings: readonly Diagnostic[];
}

/** Paths that an Application of this environment would have: the directory itself, or what it renders. */
function pathsOf({ source }: Environment, directory: string): string[] {
  if (source.kind === 'kustomize') return [directory, source.directory.path];
  if (source.kind === 'helm') return [directory, source.chart.path];
  return [directory, ...(source.kind === 'manifests' ? source.paths.map(({ path }) => path) : [])];
}

/** Whether an Application names the environment: as a parameter of the plugin, or in its values files or its own name. */
function speaksOf({ source, name }: DeclaredApplication, environment: string): boolean {
  const words = JSON.stringify([name, getKey(source, 'helm') ?? null, getKey(source, 'plugin') ?? null]);
  return new RegExp(`(?<![a-z0-9])${environment}(?![a-z0-9])`, 'u').test(words.toLowerCase());
}

function applicationOf(
  all: readonly DeclaredApplication[],
  environment: Environment,
  directory: string,
  name: string | undefined,
): DeclaredApplication | undefined {
  const [own = '', ...rendered] = pathsOf(environment, directory);
  const exact = all.filter(({ path }) => rendered.includes(path) && path !== own);
  if (exact.length === 1) return exact[0];
  const here = all.filter(({ path }) => path === own || rendered.includes(path));
  const speaking = name === undefined ? here : here.filter((one) => speaksOf(one, name));
  return speaking.length === 1 ? speaking[0] : undefined;
}

function sourceName(repository: string | undefined): string | undefined {
  const parsed = repository === undefined ? undefined : parseRepository(repository);
  return parsed && `${parsed.host}/${parsed.owner}/${parsed.name}`;
}

async function isRecordApart(tree: FileTree, directory: string, environment: Environment): Promise<boolean> {
  const record = environment.native?.record?.path;
  return record !== undefined && (await placementOf(tree, directory, environment, record)).kind === 'extra-source';
}

async function deploymentOf(
  tree: FileTree,
  directory: string,
  name: string | undefined,
  { applications: declared, elsewhere }: DeclaredApplications,
): Promise<Deployment> {
  const application = loadApplication(tree, directory);
  const app = slug(baseName(directory)) || 'application';
  // A namespace that only Argo CD knows is asked of the Application.
  const context = { app: { name: app, instance: app, namespace: '' }, values: {}, preview: 'example' } as const;
  const environment = resolveEnvironment(application, name, context);
  const lock = loadLock(tree, directory, name);
  const isExternal = environment.source.kind === 'external';
  const found = isExternal ? undefined : applicationOf(declared, environment, directory, name);
  const locked = new Map(lock?.images.map((image) => [image.name, image.source?.repository]));
  const images = [...new Set([...environment.images.map((image) => image.name), ...locked.keys()])].flatMap((image) => {
    const entry = environment.images.find((one) => one.name === image);
    if (entry?.thirdParty === true) return [];
    return [{ name: image, repository: sourceName(entry?.sourceRepository ?? locked.get(image)) }];
  });
  return {
    directory,
    environment: name,
    kind: environment.source.kind,
    namespace: environment.namespace || found?.namespace,
    images,
    application: found,
    chart: isExternal ? elsewhere.find((one) => one.isChart && one.name === environment.app.name) : undefined,
    recordApart: await isRecordApart(tree, directory, environment),
  };
}

/** AppProjects that would refuse a record. */
function refusingProjects({ projects }: DeclaredApplications): Diagnostic[] {
  return projects.flatMap((project): Diagnostic[] => {
    const [metadata, spec] = [getKey(project, 'metadata'), getKey(project, 'spec')];
    if (!isObject(metadata) || !isObject(spec)) return [];
    const name = getKey(metadata, 'name');
    if (allowsConfigMaps(spec)) return [];
    return [
      {
        severity: 'warning',
        code: 'project-configmaps',
        message: `the AppProject ${typeof name === 'string' ? name : ''} does not allow ConfigMaps, and a record is one`,
        help: [
          "Allow { group: '', kind: ConfigMap } in its namespaceResourceWhitelist, or take it from the blacklist.",
        ],
      },
    ];
  });
}

/**
 * Reads them. Applications that cannot be read are warnings.
 * @throws Failure `adopt-nothing` when there is no waybill.yaml
 */
export async function gatherFacts(tree: FileTree, directory: string, declared: DeclaredApplications): Promise<Facts> {
  const { applications } = findApplications(tree, directory);
  const warnings: Diagnostic[] = [...declared.warnings, ...refusingProjects(declared)];
  const deployments: Deployment[] = [];
  for (const one of applications) {
    try {
      const names = environmentsOf(loadApplication(tree, one));
      for (const name of names.length === 0 ? [undefined] : names)
        deployments.push(await deploymentOf(tree, one, name, declared));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const diagnostic of error.diagnostics) warnings.push({ ...diagnostic, severity: 'warning' });
    }
  }
  if (deployments.length > 0) return { deployments, warnings };
  throw failure(
    'adopt-nothing',
    `there is no application with a waybill.yaml in ${directory || 'this directory'} or below`,
    {
      help: ['Write them first: waybill init --all'],
    },
  );
}
