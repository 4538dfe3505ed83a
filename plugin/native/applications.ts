/**
 * Holds a native application against the Applications and AppProjects that the repository declares: the record speaks of
 * one Application by its name, which has to be the one that deploys it, and the project has to allow it.
 */
import type { DeclaredApplication, DeclaredApplications } from '../applications/argocd/read.ts';
import type { Environment } from '../config/environment.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { compileArgoCDGlob } from '../expressions/argocd-glob.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import type { Placement } from './placement.ts';

/** One environment with a record. */
export interface DeployedRecord {
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: Environment;
  readonly placement: Placement;
  readonly declared: DeclaredApplications;
  /** The record's file. */
  readonly location: Location;
}

/** The directory that Argo CD is pointed at; undefined for a source that is elsewhere. */
function pathOf({ source }: Environment): string | undefined {
  if (source.kind === 'kustomize') return source.directory.path;
  if (source.kind === 'helm') return source.chart.path;
  return source.kind === 'manifests' ? source.paths[0]?.path : undefined;
}

function matches(patterns: Json | undefined, text: string): boolean {
  if (typeof patterns !== 'string') return false;
  const [pattern, isNot] = patterns.startsWith('!') ? [patterns.slice(1), true] : [patterns, false];
  try {
    return compileArgoCDGlob(pattern)(text) !== isNot;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function list(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

function isConfigMap(entry: JsonObject): boolean {
  return matches(getKey(entry, 'group') ?? '', '') && matches(getKey(entry, 'kind'), 'ConfigMap');
}

/**
 * Whether the spec of an AppProject allows ConfigMaps. As AppProject.IsGroupKindNamePermitted of Argo CD: without a list
 * every kind is allowed, by an empty list none.
 */
export function allowsConfigMaps(spec: JsonObject): boolean {
  const allowed = getKey(spec, 'namespaceResourceWhitelist');
  const isAllowed = !isArray(allowed) || list(allowed).some(isConfigMap);
  return isAllowed && !list(getKey(spec, 'namespaceResourceBlacklist')).some(isConfigMap);
}

/** Whether a destination of the project has the namespace; on which cluster is not looked at. */
function allowsNamespace(spec: JsonObject, namespace: string): boolean {
  const patterns = list(getKey(spec, 'destinations')).map((one) => getKey(one, 'namespace'));
  const denied = patterns.some((one) => typeof one === 'string' && one.startsWith('!') && !matches(one, namespace));
  return !denied && patterns.some((one) => typeof one === 'string' && !one.startsWith('!') && matches(one, namespace));
}

function checkProject(application: DeclaredApplication, { environment, declared, location }: DeployedRecord): void {
  const project = declared.projects.find((one) => {
    const metadata = getKey(one, 'metadata');
    return isObject(metadata) && getKey(metadata, 'name') === application.project;
  });
  const spec = project && getKey(project, 'spec');
  if (!isObject(spec)) return;
  if (!allowsConfigMaps(spec)) {
    throw failure(
      'record-forbidden',
      `the project ${application.project} of the Application ${application.name} allows no ConfigMaps`,
      {
        location,
        help: ["Allow them in the AppProject: namespaceResourceWhitelist: [{ group: '', kind: ConfigMap }]."],
      },
    );
  }
  const namespace = environment.namespace ?? application.namespace;
  if (namespace === undefined || allowsNamespace(spec, namespace)) return;
  throw failure(
    'record-forbidden',
    `the project ${application.project} of the Application ${application.name} allows nothing in the namespace ${namespace}`,
    { location, help: ['Add it to the destinations of the AppProject, or correct namespace in waybill.yaml.'] },
  );
}

/** Whether the Application reads the record as an extra source. */
function readsExtra(
  one: DeclaredApplication,
  { path, include }: Extract<Placement, { kind: 'extra-source' }>,
): boolean {
  if (one.path !== path) return false;
  const directory = getKey(one.source, 'directory');
  const [included, excluded] = ['include', 'exclude'].map((key) =>
    isObject(directory) ? getKey(directory, key) : undefined,
  );
  return (
    (included === undefined || included === '' || matches(included, include)) &&
    (typeof excluded !== 'string' || excluded === '' || !matches(excluded, include))
  );
}

/**
 * Passes when the Applications that the repository declares fit the record. Those that are declared elsewhere are not
 * known.
 * @throws Failure `record-foreign`, `record-shared`, `record-missing`, `record-forbidden`
 */
export function checkApplications(deployed: DeployedRecord): void {
  const { directory, environment, placement, declared, location } = deployed;
  const { name } = environment.app;
  const path = placement.kind === 'extra-source' ? undefined : pathOf(environment);
  const native = declared.applications.filter(({ source }) => getKey(source, 'plugin') === undefined);
  // A template of a chart is rendered for one release, whoever else has the chart.
  const readers =
    placement.kind === 'extra-source'
      ? native.filter((one) => readsExtra(one, placement))
      : native.filter((one) => one.path === path);
  const own = declared.applications.filter((one) => one.name === name);
  const isShared = placement.kind !== 'template' && placement.kind !== 'chart-file';
  const other = readers.find((one) => one.name !== name);
  attemptAll(
    [
      () => {
        if (!other || !(isShared || (own.length === 0 && readers.length === 1))) return;
        const isOne = readers.length === 1;
        throw failure(
          isOne ? 'record-foreign' : 'record-shared',
          isOne
            ? `the Application ${other.name} would deploy the record of ${name}`
            : `${readers.length} Applications would deploy the record of ${name}: ${readers.map((one) => one.name).join(', ')}`,
          {
            location: other.location,
            help: [
              isOne
                ? `Write its name into waybill.yaml: record: { file: …, application: ${other.name} }.`
                : 'Give each its own directory, or move the record into an extra source of one of them.',
            ],
          },
        );
      },
      () => {
        const [first] = [...own, ...declared.elsewhere.filter((one) => one.isChart && one.name === name)];
        if (placement.kind !== 'extra-source' || !first || readers.some((one) => one.name === name)) return;
        throw failure(
          'record-missing',
          `the Application ${name} does not read ${placement.path}/${placement.include}`,
          {
            location: first.location,
            help: [
              `Add it as an extra source: waybill record -e ${environment.name ?? 'ENVIRONMENT'} -C ${directory || '.'} --patch prints how.`,
            ],
          },
        );
      },
      ...own.slice(0, 1).map((one) => () => checkProject(one, { ...deployed, location: one.location ?? location })),
    ],
    (work) => work(),
  );
}
