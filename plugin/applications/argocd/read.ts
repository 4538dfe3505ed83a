/**
 * Argo CD's Applications that a repository declares, itself or through ApplicationSets: which of its directories each one
 * deploys, under which name and where to.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { resolvePath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { walkTree } from '../../files/walk.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { asString } from '../../resources/read-fields.ts';
import { identify } from '../../resources/resource.ts';
import { readYaml } from '../../yaml/read.ts';
import { fillJson } from './placeholders.ts';
import { generate, type GeneratorContext } from './generators.ts';

/** An Application as the repository declares it, with a source in a directory of this repository. */
export interface DeclaredApplication {
  readonly name: string;
  readonly project: string;
  /** The namespace of the Application itself; undefined when it is where it is applied. */
  readonly ownNamespace: string | undefined;
  /** `destination.namespace`. */
  readonly namespace: string | undefined;
  readonly repoURL: string;
  /** Tree path. */
  readonly path: string;
  /** The source as it is written (with placeholders filled). */
  readonly source: JsonObject;
  /** Number of its sources. */
  readonly sources: number;
  /** The ApplicationSet that makes it. */
  readonly set: string | undefined;
  readonly location: Location;
}

/** An Application that deploys nothing of this repository. */
export interface ElsewhereApplication {
  readonly name: string;
  /** What it deploys, for people: `the chart podinfo of https://…`, `web/overlays/dev of https://…`. */
  readonly what: string;
  /** Whether it is a chart of a registry. */
  readonly isChart: boolean;
  readonly project: string;
  /** The namespace of the Application itself; undefined when it is where it is applied. */
  readonly ownNamespace: string | undefined;
  /** Number of its sources. */
  readonly sources: number;
  readonly location: Location;
}

/** What was read. */
export interface DeclaredApplications {
  readonly applications: readonly DeclaredApplication[];
  readonly elsewhere: readonly ElsewhereApplication[];
  /** AppProjects, as written. */
  readonly projects: readonly JsonObject[];
  /** What could not be read, as warnings. */
  readonly warnings: readonly Diagnostic[];
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** The path of a source in the tree; undefined when it is of another kind, or leads outside. */
function pathOf(source: JsonObject): string | undefined {
  const path = asString(getKey(source, 'path'));
  if (path === undefined || getKey(source, 'chart') !== undefined) return undefined;
  try {
    return resolvePath('', path);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

interface From {
  readonly set: string | undefined;
  readonly location: Location;
}

function applicationsOf(body: JsonObject, { set, location }: From): DeclaredApplication[] {
  const metadata = object(getKey(body, 'metadata'));
  const spec = object(getKey(body, 'spec'));
  const several = getKey(spec, 'sources');
  const all = isArray(several) && several.length > 0 ? several : [getKey(spec, 'source')];
  const name = asString(getKey(metadata, 'name')) ?? '';
  return all.flatMap((one): DeclaredApplication[] => {
    const source = object(one);
    const path = pathOf(source);
    if (name === '' || path === undefined) return [];
    return [
      {
        name,
        project: asString(getKey(spec, 'project')) || 'default',
        ownNamespace: asString(getKey(metadata, 'namespace')),
        namespace: asString(getKey(object(getKey(spec, 'destination')), 'namespace')) || undefined,
        repoURL: asString(getKey(source, 'repoURL')) ?? '',
        path,
        source,
        sources: all.length,
        set,
        location,
      },
    ];
  });
}

/** What an Application deploys that is not in the tree; undefined where at least one of its sources is. */
function elsewhereOf(tree: FileTree, body: JsonObject, location: Location): ElsewhereApplication | undefined {
  const spec = object(getKey(body, 'spec'));
  const metadata = object(getKey(body, 'metadata'));
  const name = asString(getKey(metadata, 'name')) ?? '';
  const several = getKey(spec, 'sources');
  const sources = (isArray(several) && several.length > 0 ? several : [getKey(spec, 'source')]).map(object);
  const isHere = (path: string | undefined): boolean => path !== undefined && tree.kind(path) === 'directory';
  if (name === '' || sources.some((source) => isHere(pathOf(source)))) return undefined;
  const chart = sources.find((source) => getKey(source, 'chart') !== undefined);
  const source = chart ?? sources.find((one) => getKey(one, 'path') !== undefined);
  const [repoURL, part] = ['repoURL', chart ? 'chart' : 'path'].map((key) => asString(getKey(source ?? {}, key)));
  if (repoURL === undefined || part === undefined) return undefined;
  return {
    name,
    what: `${chart ? 'the chart ' : ''}${part} of ${repoURL}`,
    isChart: chart !== undefined,
    project: asString(getKey(spec, 'project')) || 'default',
    ownNamespace: asString(getKey(metadata, 'namespace')),
    sources: sources.length,
    location,
  };
}

/** What the ApplicationSet makes; undefined where that needs more than the repository. */
function expand(body: JsonObject, context: Omit<GeneratorContext, 'isGo'>): JsonObject[] | undefined {
  const spec = object(getKey(body, 'spec'));
  const isGo = getKey(spec, 'goTemplate') === true;
  const [generators, template] = [getKey(spec, 'generators'), object(getKey(spec, 'template'))];
  const patch = getKey(spec, 'templatePatch') ?? '';
  // A patch of other things than these changes nothing of what is read here.
  const isElsewhere = typeof patch === 'string' && !/sources?\b|destination|metadata|project/u.test(patch);
  if (!isArray(generators) || !isElsewhere) return undefined;
  const made: JsonObject[] = [];
  for (const generator of generators) {
    for (const values of generate(generator, { ...context, isGo }) ?? [undefined]) {
      const filled = values === undefined ? undefined : fillJson(template, values, isGo);
      if (!isObject(filled)) return undefined;
      made.push(filled);
    }
  }
  return made;
}

/** Reads manifests that were found or rendered. */
class Reader {
  readonly applications: DeclaredApplication[] = [];
  readonly elsewhere: ElsewhereApplication[] = [];
  readonly projects: JsonObject[] = [];
  readonly warnings: Diagnostic[] = [];
  readonly #context: Omit<GeneratorContext, 'isGo'>;

  constructor(context: Omit<GeneratorContext, 'isGo'>) {
    this.#context = context;
  }

  #add(body: JsonObject, from: From): void {
    this.applications.push(...applicationsOf(body, from));
    const elsewhere = elsewhereOf(this.#context.tree, body, from.location);
    if (elsewhere !== undefined) this.elsewhere.push(elsewhere);
  }

  take(body: JsonObject, location: Location): void {
    const { group, kind } = identify(body);
    if (group !== 'argoproj.io') return;
    if (kind === 'AppProject') this.projects.push(body);
    if (kind === 'Application') this.#add(body, { set: undefined, location });
    if (kind !== 'ApplicationSet') return;
    const name = asString(getKey(object(getKey(body, 'metadata')), 'name')) ?? '';
    const made = expand(body, this.#context);
    if (made) for (const one of made) this.#add(one, { set: name, location });
    else {
      this.warnings.push({
        severity: 'warning',
        code: 'applicationset-unread',
        message: `what the ApplicationSet ${name} makes is not known here`,
        location,
        help: [
          'Read are the generators list, git and matrix of them, and placeholders that name a value.',
          'Its Applications keep their names and destinations; they are only not written into waybill.yaml.',
        ],
      });
    }
  }
}

/**
 * Reads every Application, ApplicationSet and AppProject below the root of the tree that is written as a manifest, and
 * those of `rendered` (from charts that make Applications). Files that are no YAML, such as templates, are passed over.
 */
export function readApplications(
  tree: FileTree,
  rendered: readonly { readonly body: JsonObject; readonly file: string }[] = [],
): DeclaredApplications {
  const entries = Array.from(walkTree(tree, '', { links: 'skip' }));
  const directories = entries.flatMap(({ kind, path }) => (kind === 'directory' ? [path] : []));
  const files = entries.flatMap(({ kind, path }) => (kind === 'file' && /\.(?:ya?ml|json)$/u.test(path) ? [path] : []));
  const reader = new Reader({ tree, directories, files });
  for (const file of files) {
    try {
      const content = tree.readText(file);
      if (!/\bkind"?\s*:\s*["']?(?:Application|ApplicationSet|AppProject)\b/u.test(content)) continue;
      for (const document of readYaml(content, { file, duplicateKeys: 'last-wins' })) {
        if (isObject(document.value)) reader.take(document.value, document.locate([]));
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  for (const { body, file } of rendered) reader.take(body, { file });
  return reader;
}
