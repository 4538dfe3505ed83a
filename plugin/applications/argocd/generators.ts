/**
 * The values that an ApplicationSet's generators give, for those that need nothing but the repository: list, git
 * directories, git files, and matrix of these. Clusters, pull requests and other providers are not known here.
 */
import { Failure } from '../../diagnostics/failure.ts';
import { compileArgoCDGlob } from '../../expressions/argocd-glob.ts';
import { compilePathMatch } from '../../expressions/path-match.ts';
import { baseName, parentPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import { fillJson } from './placeholders.ts';

/** More values than people's ApplicationSets make; a matrix multiplies. */
const MOST = 5000;

/** What generators may look at. */
export interface GeneratorContext {
  readonly tree: FileTree;
  /** Tree paths of all directories and of all files that are YAML or JSON. */
  readonly directories: readonly string[];
  readonly files: readonly string[];
  readonly isGo: boolean;
}

const slugged = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9-]/gu, '-');

function pathValues(path: string): JsonObject {
  const basename = baseName(path);
  return { path, basename, basenameNormalized: slugged(basename), segments: path.split('/') };
}

type Test = (path: string) => boolean;

/** Compiled patterns: those that take a path, and those that leave it out. Undefined for one that is none. */
function patterns(value: Json | undefined, compile: (pattern: string) => Test): Test | undefined {
  const [taken, left]: [Test[], Test[]] = [[], []];
  for (const one of isArray(value) ? value : []) {
    const path = isObject(one) ? getKey(one, 'path') : undefined;
    if (typeof path !== 'string') return undefined;
    try {
      (isObject(one) && getKey(one, 'exclude') === true ? left : taken).push(compile(path));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
  return (path) => taken.some((test) => test(path)) && !left.some((test) => test(path));
}

/** Argo CD matches directories with Go's path.Match: a star stays within one name. */
function fromDirectories(value: Json | undefined, { directories }: GeneratorContext): JsonObject[] | undefined {
  const wanted = patterns(value, compilePathMatch);
  return wanted && directories.filter(wanted).map((path) => ({ path: pathValues(path) }));
}

function fromFiles(value: Json | undefined, { files, tree }: GeneratorContext): JsonObject[] | undefined {
  // Files are found by `git ls-files`, whose star matches slashes, too.
  const wanted = patterns(value, compileArgoCDGlob);
  if (wanted === undefined) return undefined;
  const made: JsonObject[] = [];
  for (const file of files.filter(wanted)) {
    try {
      const found = readYaml(tree.readText(file), { file, duplicateKeys: 'last-wins' })[0]?.value;
      if (!isObject(found)) return undefined;
      made.push({ ...found, path: { ...pathValues(parentPath(file)), filename: baseName(file) } });
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }
  return made;
}

/** The path of the first generator is replaced by that of the second, as in Argo CD. */
function both(first: JsonObject, second: JsonObject): JsonObject {
  return { ...first, ...second };
}

function product(generators: readonly Json[], context: GeneratorContext): JsonObject[] | undefined {
  let sets: JsonObject[] = [{}];
  for (const generator of generators) {
    const next: JsonObject[] = [];
    for (const values of sets) {
      const filled = Object.keys(values).length === 0 ? generator : fillJson(generator, values, context.isGo);
      const made = filled === undefined ? undefined : generate(filled, context);
      if (made === undefined || next.length + made.length > MOST) return undefined;
      next.push(...made.map((one) => both(values, one)));
    }
    sets = next;
  }
  return sets;
}

/** The value sets of one generator; undefined for one that needs more than the repository, or makes too many. */
export function generate(generator: Json, context: GeneratorContext): JsonObject[] | undefined {
  if (!isObject(generator) || getKey(generator, 'selector') !== undefined) return undefined;
  const [list, git, matrix] = ['list', 'git', 'matrix'].map((key) => getKey(generator, key));
  if (isObject(list)) {
    const elements = getKey(list, 'elements');
    if (getKey(list, 'elementsYaml') !== undefined || !isArray(elements) || elements.length > MOST) return undefined;
    const objects = elements.filter(isObject);
    return objects.length === elements.length ? objects : undefined;
  }
  if (isObject(git)) {
    if (getKey(git, 'pathParamPrefix') !== undefined || getKey(git, 'values') !== undefined) return undefined;
    if (getKey(git, 'directories') !== undefined) return fromDirectories(getKey(git, 'directories'), context);
    return fromFiles(getKey(git, 'files'), context);
  }
  const inner = isObject(matrix) ? getKey(matrix, 'generators') : undefined;
  return isArray(inner) && inner.length === 2 ? product(inner, context) : undefined;
}
