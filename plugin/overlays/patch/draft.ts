/**
 * A manifest that is being patched: what an operation changes is copied once, at its first change, and then changed in
 * place. `fast-json-patch`, which reads the pointers (resolve.ts), is not used for that: it moves every item of a list at
 * each insertion, a time that grows with the square of their number, and copies values through JSON text, which loses
 * integers beyond 2^53.
 */
import { getKey, isArray, isObject, type Json, type MutableJsonObject, setKey } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { ListDraft } from './list-draft.ts';

/** A mapping that is being patched; its keys keep their order. */
class MapDraft {
  readonly entries: Map<string, Node>;

  constructor(entries: Iterable<readonly [string, Node]>) {
    this.entries = new Map(entries);
  }
}

/** A part of a manifest: as it was, or being changed. */
export type Node = Json | MapDraft | ListDraft<Node>;

/** What a pointer is resolved in: a part of a manifest, looked at without changing it. */
export interface View {
  readonly kind: 'list' | 'mapping' | 'scalar';
  /** Of a list; 0 for what is none. */
  readonly length: number;
  keys(): readonly string[];
  /** What is at a key or index; undefined for nothing. */
  child(part: string | number): View | undefined;
}

function entriesOf(value: { readonly [key: string]: Json | undefined }): [string, Node][] {
  return Object.entries(value).flatMap(([key, member]): [string, Node][] =>
    member === undefined ? [] : [[key, member]],
  );
}

function isDraft(node: Node | undefined): node is MapDraft | ListDraft<Node> {
  return node instanceof MapDraft || node instanceof ListDraft;
}

function childOf(node: Node, part: string | number): Node | undefined {
  if (isDraft(node)) {
    if (node instanceof MapDraft) return node.entries.get(String(part));
    return typeof part === 'number' ? node.at(part) : undefined;
  }
  if (isArray(node)) return typeof part === 'number' ? node[part] : undefined;
  return isObject(node) ? getKey(node, String(part)) : undefined;
}

function keysOf(node: Node): readonly string[] {
  if (isDraft(node)) return node instanceof MapDraft ? [...node.entries.keys()] : [];
  return isObject(node) ? entriesOf(node).map(([key]) => key) : [];
}

function viewOf(node: Node): View {
  const length = node instanceof ListDraft || (!isDraft(node) && isArray(node)) ? node.length : undefined;
  const isMapping = node instanceof MapDraft || (!isDraft(node) && isObject(node));
  return {
    kind: length !== undefined ? 'list' : isMapping ? 'mapping' : 'scalar',
    length: length ?? 0,
    keys: () => keysOf(node),
    child: (part) => {
      const child = childOf(node, part);
      return child === undefined ? undefined : viewOf(child);
    },
  };
}

function frozen(node: Node): Json {
  if (node instanceof ListDraft) return node.items().map(frozen);
  if (!(node instanceof MapDraft)) return node;
  const made: MutableJsonObject = {};
  for (const [key, member] of node.entries) setKey(made, key, frozen(member));
  return made;
}

function thawed(node: Node | undefined): MapDraft | ListDraft<Node> {
  if (isDraft(node)) return node;
  if (node !== undefined && isArray(node)) return new ListDraft<Node>(node);
  if (node !== undefined && isObject(node)) return new MapDraft(entriesOf(node));
  throw new Error('only lists and mappings can be changed');
}

function put(parent: MapDraft | ListDraft<Node>, part: string | number, node: Node): void {
  if (parent instanceof ListDraft) parent.replace(Number(part), node);
  else parent.entries.set(String(part), node);
}

/** A manifest on its way through the operations of a patch. Paths must exist (see resolve.ts). */
export class Draft {
  #root: Node;

  constructor(value: Json) {
    this.#root = value;
  }

  view(): View {
    return viewOf(this.#root);
  }

  /** The value at `path` as it is now. Later changes do not reach it. */
  valueAt(path: Path): Json | undefined {
    let node: Node | undefined = this.#root;
    for (const part of path) node = node === undefined ? undefined : childOf(node, part);
    return node === undefined ? undefined : frozen(node);
  }

  value(): Json {
    return (this.#root = frozen(this.#root));
  }

  /** Sets a key, or puts an item before the one at an index; the empty path replaces everything. */
  add(path: Path, value: Node): void {
    const { parent, last } = this.#changeable(path);
    if (parent === undefined) this.#root = value;
    else if (parent instanceof ListDraft) parent.insert(Number(last), value);
    else parent.entries.set(String(last), value);
  }

  replace(path: Path, value: Json): void {
    const { parent, last } = this.#changeable(path);
    if (parent === undefined) this.#root = value;
    else put(parent, last, value);
  }

  /** Takes away what is at `path`, and gives it, to be put elsewhere. */
  remove(path: Path): Node {
    const { parent, last } = this.#changeable(path);
    const taken = parent === undefined ? this.#root : (childOf(parent, last) ?? null);
    if (parent === undefined) this.#root = null;
    else if (parent instanceof ListDraft) parent.remove(Number(last));
    else parent.entries.delete(String(last));
    return taken;
  }

  /** The container of `path`, in a form that can be changed; undefined for the whole manifest. */
  #changeable(path: Path): { parent: MapDraft | ListDraft<Node> | undefined; last: string | number } {
    const last = path.at(-1);
    if (last === undefined) return { parent: undefined, last: '' };
    let parent = thawed(this.#root);
    this.#root = parent;
    for (const part of path.slice(0, -1)) {
      const child = thawed(childOf(parent, part));
      put(parent, part, child);
      parent = child;
    }
    return { parent, last };
  }
}
