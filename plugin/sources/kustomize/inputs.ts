/**
 * What a kustomization is built on, followed and judged before kustomize runs, and gathered for the folder in which it
 * runs: bases may lie anywhere inside the root, never outside it, and nothing is fetched that the operator's policy
 * does not allow. kustomize reads the kustomizations as they were judged here, not as they were written: whatever YAML
 * it would understand in another way, it never sees.
 */
import type { PathEntry } from '../../config/environment.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { resolvePath } from '../../files/path.ts';
import { getKey, isArray, isObject, type Json, type MutableJsonObject } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeJson } from '../../yaml/write-json.ts';
import type { SourceContext } from '../context.ts';
import { Copy } from '../copy.ts';
import { type Around, kustomizationFiles, missing, takeFiles } from './files.ts';
import { takeCharts } from './helm-charts.ts';
import { type Kustomization, openKustomization } from './kustomization.ts';
import { judgeConfiguration, parseConfiguration, PLUGIN_FIELDS } from './plugins.ts';
import { isRemote, refuseRemote } from './remote.ts';

/** Fields whose entries are files of resources, or directories with kustomizations of their own (`accumulateResources`). */
const RESOURCE_FIELDS = ['resources', 'bases', 'components'] as const;

/**
 * What a kustomization may have whose resources configure plugins. With anything else kustomize could write into the
 * configuration what stands in no file.
 */
const PLAIN_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases']);

/** A kustomization and what it is built on. */
export interface Followed {
  /** The kustomization's file. */
  readonly file: string;
  /** All that kustomize reads. */
  readonly copy: Copy;
  /** Whether it makes kustomize run helm. */
  readonly inflates: boolean;
  /** The kustomizations, as they were judged, by their directories. */
  readonly kustomizations: ReadonlyMap<string, Json>;
}

/** The path from one directory of the tree to another. */
function relative(from: string, to: string): string {
  const [a = [], b = []] = [from, to].map((path) => path.split('/').filter((part) => part !== ''));
  const differs = a.findIndex((part, index) => part !== b[index]);
  const same = differs === -1 ? a.length : differs;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.';
}

/** Something that an entry names in the tree. */
interface NamedPath {
  readonly path: string;
  readonly kind: 'file' | 'directory';
}

/** What an entry names; undefined for what the policy lets kustomize fetch. Failure `source-remote`, `path-escapes`, `file-missing`. */
function namedPathOf(text: string, directory: string, location: Location, around: Around): NamedPath | undefined {
  if (isRemote(text)) {
    if (!around.policy.remote.kustomizeBases) refuseRemote(text, location);
    return undefined;
  }
  const path = resolvePath(directory, text, location);
  const kind = around.tree.kind(path);
  if (kind === undefined) throw missing(text, path, location, around);
  return { path, kind };
}

function checkPlain({ document }: Kustomization): void {
  const keys = isObject(document.value) ? Object.keys(document.value) : [];
  attemptAll(
    keys.filter((key) => !PLAIN_FIELDS.has(key)),
    (key) => {
      throw failure('kustomize-plugin', `a directory of plugin configuration cannot have ${key}`, {
        location: document.locate([key], 'key'),
        help: ['It may list resources only. Or name files under generators, transformers and validators.'],
      });
    },
  );
}

/** Follows kustomizations from one to the next. */
class Walk {
  readonly #around: Around;
  readonly #followed = new Map<string, Kustomization>();
  readonly judged = new Map<string, Json>();

  constructor(around: Around) {
    this.#around = around;
  }

  /** Whether a kustomization that was followed makes kustomize run helm. */
  get inflates(): boolean {
    return this.#around.charts.count > 0;
  }

  /**
   * Judges a kustomization, and writes it to the copy as it was judged. Where its resources configure plugins of another
   * kustomization, `configures` is that one's directory.
   */
  follow(entry: PathEntry, configures?: string): Kustomization {
    const around = this.#around;
    const kustomization = openKustomization(entry, around.tree);
    const { directory, file, document } = kustomization;
    const key = configures === undefined ? directory : `${configures}\0${directory}`;
    const before = this.#followed.get(key);
    if (before) return before;
    this.#followed.set(key, kustomization);
    const { value } = document;
    const judged: MutableJsonObject = isObject(value) ? { ...value } : {};
    attemptAll(
      [
        () => {
          if (configures !== undefined) checkPlain(kustomization);
        },
        () => takeFiles(value, kustomizationFiles, directory, ({ path }) => document.locate(path), around),
        () => takeCharts(kustomization, around),
        ...RESOURCE_FIELDS.map((field) => () => {
          const rewrite = (text: string, location: Location): string =>
            this.#resource(text, directory, location, configures);
          this.#rewrite(judged, field, kustomization, rewrite);
        }),
        ...PLUGIN_FIELDS.map((field) => () => {
          const rewrite = (text: string, location: Location): string => this.#plugin(text, directory, location);
          this.#rewrite(judged, field, kustomization, rewrite);
        }),
      ],
      (check) => check(),
    );
    // kustomize refuses what is no mapping in its own words.
    const result = isObject(value) ? judged : value;
    around.copy.write(file, writeJson(result));
    if (configures === undefined) this.judged.set(directory, result);
    return kustomization;
  }

  #rewrite(
    judged: MutableJsonObject,
    field: string,
    { document }: Kustomization,
    write: (text: string, location: Location) => string,
  ): void {
    const list = getKey(judged, field);
    if (!isArray(list)) return;
    judged[field] = attemptAll(
      list,
      (one, index): Json => (typeof one === 'string' ? write(one, document.locate([field, index])) : one),
    );
  }

  /** What stands in place of an entry of {@link RESOURCE_FIELDS}. */
  #resource(text: string, directory: string, location: Location, configures: string | undefined): string {
    const place = namedPathOf(text, directory, location, this.#around);
    if (place?.kind === 'directory') {
      const path = relative(directory, this.follow({ path: place.path, location }, configures).directory);
      // A link may lead to what would look like a repository.
      return isRemote(path) ? `./${path}` : path;
    }
    if (place === undefined) return text;
    if (configures === undefined) this.#around.copy.add(place.path);
    else this.#around.copy.write(place.path, this.#configuration(place.path, configures));
    return text;
  }

  /** The text of a file of plugin configuration, as it was judged. */
  #configuration(file: string, directory: string): string {
    const documents = readYaml(this.#around.tree.readText(file), { file, duplicateKeys: 'error' });
    return judgeConfiguration(documents, directory, undefined, this.#around);
  }

  /** What stands in place of an entry of {@link PLUGIN_FIELDS}: the configuration itself, unless it is a directory. */
  #plugin(text: string, directory: string, location: Location): string {
    const documents = isRemote(text) ? undefined : parseConfiguration(text, location.file);
    if (documents) return judgeConfiguration(documents, directory, location, this.#around);
    const place = namedPathOf(text, directory, location, this.#around);
    if (place === undefined) return text;
    if (place.kind === 'file') return this.#configuration(place.path, directory);
    const path = `./${relative(directory, this.follow({ path: place.path, location }, directory).directory)}`;
    // kustomize reads it as YAML first: it must be nothing but a plain text.
    if (/[:{}[\]#]/u.test(path)) {
      throw failure('kustomize-plugin', `${text} has characters that a path to plugin configuration cannot have`, {
        location,
        help: ['Rename the directory: colons, number signs, brackets and braces have a meaning in YAML.'],
      });
    }
    return path;
  }
}

/**
 * Follows a kustomization through everything it is built on. Every mistake is reported: Failure `source-remote`,
 * `path-escapes`, `file-missing`, `kustomize-key`, `kustomize-plugin`, `kustomize-helm`, `helm-argument`,
 * `yaml-syntax`, and what the tree says.
 */
export function followKustomization(
  start: PathEntry,
  { tree, policy }: Pick<SourceContext, 'tree' | 'policy'>,
): Followed {
  const copy = new Copy(tree);
  const walk = new Walk({ tree, policy, copy, charts: { count: 0 } });
  const { file } = walk.follow(start);
  return { file, copy, inflates: walk.inflates, kustomizations: walk.judged };
}
