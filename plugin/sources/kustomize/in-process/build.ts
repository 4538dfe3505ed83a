/**
 * Builds a kustomization without starting kustomize, where it has nothing but what is done here exactly as kustomize
 * does it. That is a short list of fields (instructions.ts) over manifests that are read alike everywhere
 * (yaml/unambiguous.ts); whatever is not on it, and every mistake, is left to the program, whose messages are its own.
 * test/kustomize compares the two.
 */
import { resolvePath } from '../../../files/path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../resources/json.ts';
import { readUnambiguous } from '../../../yaml/unambiguous.ts';
import { type Instructions, type Patch, readInstructions } from './instructions.ts';
import { idOf, type Item, metadataOf, mutableObject, requireDistinct } from './item.ts';
import { applyOperations, readOperations } from './json-patch.ts';
import { inOrder, objectInOrder } from './order.ts';
import { Outside, outside } from './outside.ts';
import { fixReferences } from './references.ts';
import { selectItems } from './select.ts';
import { checkTexts, setAnnotations, setImages, setLabels, setNamespace, setReplicas } from './transformers.ts';

/** What a kustomization is built of, all of it judged. */
export interface BuildInput {
  /** Tree path of the directory to build. */
  readonly directory: string;
  /** The kustomization of a directory, as it was judged; undefined for a directory that has none. */
  kustomization(directory: string): Json | undefined;
  /** The text of a file; undefined for a file that kustomize is not given. */
  text(path: string): string | undefined;
  /** How many nodes a document may have. */
  readonly nodes: number;
  /** How many characters all files may have together. */
  readonly characters: number;
}

/** A resource that was built. */
export interface BuiltResource {
  readonly body: JsonObject;
  /** The file that it was read from. */
  readonly file: string;
}

/** How often a directory may be built, one that several others name counted each time. */
const MOST_DIRECTORIES = 1000;

class Build {
  readonly #input: BuildInput;
  #characters = 0;
  #directories = 0;

  constructor(input: BuildInput) {
    this.#input = input;
  }

  /** The resources of a directory after its transformers. `within` are the directories that led here. */
  directory(directory: string, within: readonly string[]): Item[] {
    if (within.some((outer) => outer === directory || directory === '' || outer.startsWith(`${directory}/`))) {
      outside('a directory that is around its own user');
    }
    this.#directories += 1;
    // Directories that name each other twice are built twice as often on each level.
    if (this.#directories > MOST_DIRECTORIES) outside('a large kustomization');
    const instructions = readInstructions(
      this.#input.kustomization(directory) ?? outside('a directory without a kustomization'),
    );
    const items = instructions.resources.flatMap((entry) => this.#resource(entry, directory, [...within, directory]));
    requireDistinct(items);
    this.#transform(items, instructions, directory);
    return items;
  }

  #resource(entry: string, directory: string, within: readonly string[]): Item[] {
    const path = resolvePath(directory, entry);
    if (this.#input.kustomization(path) !== undefined) return this.directory(path, within);
    return this.#documents(entry, directory).map((document) => {
      if (!isObject(document)) outside('a manifest that is no mapping');
      const item: Item = { body: mutableObject(document), file: path, previous: [], written: new Map() };
      if (idOf(item).kind.endsWith('List')) outside('a list of resources');
      checkTexts(item.body);
      return item;
    });
  }

  /** The documents of a file, which kustomize reads only below the kustomization that names it. */
  #documents(entry: string, directory: string): readonly Json[] {
    const path = resolvePath(directory, entry);
    if (directory !== '' && !path.startsWith(`${directory}/`)) outside('a file of another directory');
    return this.#read(this.#input.text(path) ?? outside('a file that is not there'));
  }

  #read(text: string): readonly Json[] {
    this.#characters += text.length;
    if (this.#characters > this.#input.characters) outside('a large kustomization');
    return (
      readUnambiguous(text, 'kustomization', this.#input.nodes) ?? outside('YAML that is not read alike everywhere')
    );
  }

  #transform(items: readonly Item[], instructions: Instructions, directory: string): void {
    const { namespace, labels, annotations, replicas, images } = instructions;
    for (const patch of instructions.patches) this.#patch(items, patch, directory);
    if (namespace !== '') setNamespace(items, namespace);
    for (const one of labels) setLabels(items, one);
    setAnnotations(items, annotations);
    for (const one of replicas) setReplicas(items, one);
    for (const one of images) setImages(items, one);
  }

  #patch(items: readonly Item[], { patch, path, target }: Patch, directory: string): void {
    const documents = path === '' ? this.#read(patch) : this.#documents(path, directory);
    const [document, ...more] = documents;
    if (!isArray(document) || more.length > 0 || target === undefined) outside('a strategic merge patch');
    const operations = readOperations(document);
    for (const item of selectItems(items, target)) {
      applyOperations(item, operations);
      checkTexts(item.body);
    }
  }
}

/** What is printed of a resource. */
function finished({ body, file }: Item): BuiltResource {
  checkTexts(body);
  const metadata = metadataOf(body);
  const annotations = getKey(metadata, 'annotations');
  if (isObject(annotations) && Object.keys(annotations).length === 0) delete metadata['annotations'];
  return { body: objectInOrder(body), file };
}

/**
 * The resources of a kustomization, in the order and with the values that kustomize prints; a text that says what it has
 * that only kustomize can build. What Waybill itself refuses throws a Failure: the program is then asked for its words.
 */
export function buildInProcess(input: BuildInput): readonly BuiltResource[] | string {
  try {
    const items = new Build(input).directory(input.directory, []);
    if (items.length === 0) outside('no resources');
    fixReferences(items);
    requireDistinct(items);
    return inOrder(items).map(finished);
  } catch (error) {
    if (error instanceof Outside) return error.message;
    throw error;
  }
}
