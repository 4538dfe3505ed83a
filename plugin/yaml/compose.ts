/**
 * From the library's nodes to the value that Kubernetes sees. Follows `decoder` of go.yaml.in/yaml/v2
 * (decode.go) and `convertToJSONableObject` of sigs.k8s.io/yaml: keys become strings, `<<` merges where it
 * stands (so it overrides keys before it and is overridden by keys after it), aliases are counted.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { type Json, type MutableJsonObject, setKey } from '../resources/json.ts';
import { AliasLimitError, createAliasBudget } from './alias-budget.ts';
import { resolveAliases } from './aliases.ts';
import { blockText } from './block-text.ts';
import type { ReadOptions } from './document.ts';
import { type Alias, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap } from './library.ts';
import { type Chunk, locationAt, type Position } from './lines.ts';
import { finite, keyName, resolvePlain, resolveTagged, type Scalar as ScalarValue, ScalarError } from './scalars.ts';
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';

/** `second` is where the key stands again, `first` where it stood before. */
function duplicateKey(
  key: string,
  first: Location | undefined,
  second: Location | undefined,
  duplicateKeys: ReadOptions['duplicateKeys'],
): Diagnostic {
  const before = first?.line === undefined ? '' : `; the first is on line ${first.line}`;
  return {
    severity: duplicateKeys === 'error' ? 'error' : 'warning',
    code: 'yaml-duplicate-key',
    message: `the key ${JSON.stringify(key)} is duplicate in a mapping${before}`,
    ...(second ? { location: second } : {}),
    help: [
      duplicateKeys === 'error'
        ? 'Kubernetes would silently take the last one. Remove one of the two.'
        : 'The last one wins, as in Argo CD.',
    ],
  };
}

const halfSurrogate = /\p{Surrogate}/u;
const MERGE_TAG = 'tag:yaml.org,2002:merge';

/** The text between the quotes; `value` may be what the library made of a tag it knows, as `!!binary`. */
function textOf(node: Scalar): string {
  return node.source ?? '';
}

/** The value of a scalar node, possibly not finite. A tag decides alone, else an unquoted text is interpreted. */
function scalarValue(node: Scalar, text: string): ScalarValue {
  if (halfSurrogate.test(text)) throw new ScalarError('half of a surrogate pair (\\uD800 to \\uDFFF) is no character');
  if (node.tag !== undefined) return resolveTagged(node.tag, text);
  return node.type === 'PLAIN' ? resolvePlain(text) : text;
}

/**
 * Whether a key is the merge key: `<<` without quotes or tag, or with the tag `!!merge` or `!`, whatever its quotes
 * (`isMerge` of decode.go; `!` makes a scalar implicit).
 */
export function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || textOf(key) !== '<<') return false;
  return key.tag === undefined ? key.type === 'PLAIN' : key.tag === MERGE_TAG || key.tag === '!';
}

/** Whether an unquoted text between brackets begins with `?`, the sign of a key: `[?x]` is `[{ x: null }]`. */
function isSignedKey(node: Scalar): boolean {
  return node.type === 'PLAIN' && textOf(node).startsWith('?');
}

/** The JSON name of a scalar key of a mapping in braces or not. ScalarError for what cannot be one. */
export function keyText(key: Scalar, isInFlow: boolean, text: string = textOf(key)): string {
  if (isInFlow && isSignedKey(key)) return signedKey(key);
  return keyName(scalarValue(key, text), text, key.tag);
}

/** The name behind the `?`. */
function signedKey(key: Scalar): string {
  const text = textOf(key).slice(1);
  return keyName(resolvePlain(text), text);
}

/** The file's location of a node of the library, whose offsets are relative to the chunk. */
export function locationOf(node: unknown, chunk: Chunk): Position | undefined {
  if (!(isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) || !node.range) return undefined;
  return locationAt(chunk, chunk.start + node.range[0], chunk.start + node.range[1]);
}

/**
 * The value of a document's root node. Failure `yaml-syntax`, `alias-limit`, or `yaml-duplicate-key` for all of them.
 */
export function compose(root: unknown, chunk: Chunk, options: ReadOptions): Json {
  const composer = new Composer(root, chunk, options);
  const value = composer.value(root);
  const errors = composer.duplicates.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Failure(errors);
  for (const duplicate of composer.duplicates) options.warn?.(duplicate);
  return value;
}

class Composer {
  readonly duplicates: Diagnostic[] = [];
  readonly #chunk: Chunk;
  readonly #options: ReadOptions;
  readonly #targets: ReadonlyMap<Alias, unknown>;
  readonly #budget;
  readonly #open = new Set<Alias>();

  constructor(root: unknown, chunk: Chunk, options: ReadOptions) {
    this.#chunk = chunk;
    this.#options = options;
    this.#targets = resolveAliases(root);
    this.#budget = createAliasBudget(options.limits?.aliasExpansion);
  }

  value(node: unknown): Json {
    this.#attempt(node, () => this.#budget.count());
    if (isAlias(node)) return this.#throughAlias(node, (target) => this.value(target));
    if (isMap(node)) {
      const result: MutableJsonObject = {};
      this.#fill(node, result);
      return result;
    }
    if (isSeq(node)) return node.items.map((item) => this.#item(item, node.flow === true));
    if (isScalar(node)) {
      const text = this.#text(node);
      return this.#attempt(node, () => finite(scalarValue(node, text), text));
    }
    return null;
  }

  #text(node: Scalar): string {
    const text = textOf(node);
    return node.type?.startsWith('BLOCK') ? blockText(node, this.#chunk, text) : text;
  }

  #item(node: unknown, isInFlow: boolean): Json {
    if (!isInFlow || !isScalar(node) || !isSignedKey(node)) return this.value(node);
    return { [this.#attempt(node, () => signedKey(node))]: null };
  }

  #fail(node: unknown, message: string): Failure {
    return failure('yaml-syntax', message, { location: locationOf(node, this.#chunk) });
  }

  #attempt<Result>(node: unknown, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof ScalarError) throw this.#fail(node, error.message);
      if (!(error instanceof AliasLimitError)) throw error;
      // The outermost alias is the one to look at.
      const [alias = node] = this.#open;
      throw failure('alias-limit', error.message, { location: locationOf(alias, this.#chunk) });
    }
  }

  #throughAlias<Result>(alias: Alias, use: (target: unknown) => Result): Result {
    if (!this.#targets.has(alias)) throw this.#fail(alias, `the alias *${alias.source} has no anchor before it`);
    if (this.#open.has(alias)) throw this.#fail(alias, `the anchor &${alias.source} contains itself`);
    this.#open.add(alias);
    this.#budget.enter();
    const result = use(this.#targets.get(alias));
    this.#budget.leave();
    this.#open.delete(alias);
    return result;
  }

  #fill(map: YAMLMap, result: MutableJsonObject): void {
    const written = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        this.#merge(value, result);
        continue;
      }
      const name = this.#key(key, map.flow === true);
      if (written.has(name)) {
        const first = locationOf(written.get(name), this.#chunk);
        const second = locationOf(key, this.#chunk);
        // Behind an alias the same mapping is read again: one report is enough.
        if (this.#open.size === 0) this.duplicates.push(duplicateKey(name, first, second, this.#options.duplicateKeys));
      }
      written.set(name, key);
      setKey(result, name, this.value(value));
    }
  }

  #key(key: unknown, isInFlow: boolean): string {
    this.#attempt(key, () => this.#budget.count());
    if (isAlias(key)) return this.#throughAlias(key, (target) => this.#key(target, false));
    if (isScalar(key)) return this.#attempt(key, () => keyText(key, isInFlow, this.#text(key)));
    if (key === null || key === undefined) throw this.#fail(key, 'a mapping key must not be null; put it in quotes');
    throw this.#fail(key, 'a mapping key must be a single word or text, not a mapping or a list');
  }

  #merge(node: unknown, result: MutableJsonObject): void {
    if (isSeq(node)) {
      // Backwards, since earlier mappings of the list take precedence.
      for (const item of node.items.toReversed()) this.#mergeOne(item, result);
    } else {
      this.#mergeOne(node, result);
    }
  }

  #mergeOne(node: unknown, result: MutableJsonObject): void {
    const refuse = () => this.#fail(node, 'a merge key (<<) takes a mapping or a list of mappings');
    this.#attempt(node, () => this.#budget.count());
    if (isMap(node)) {
      this.#fill(node, result);
    } else if (isAlias(node)) {
      this.#throughAlias(node, (target) => {
        if (!isMap(target)) throw refuse();
        this.#attempt(node, () => this.#budget.count());
        this.#fill(target, result);
      });
    } else {
      throw refuse();
    }
  }
}
