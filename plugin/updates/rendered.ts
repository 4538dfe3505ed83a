/**
 * What kustomize or helm makes of files that a command is about to write: an edit is worth nothing when the image that
 * comes out is another one.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import { loadPolicy } from '../policy/load.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import { isArray, isObject, type Json } from '../resources/json.ts';
import { NodeBudget } from '../resources/weight.ts';
import type { SourceContext } from '../sources/context.ts';
import { readSource } from '../sources/read.ts';
import type { Source } from '../config/environment.ts';

/** Who renders, and who hears of what could not be rendered. */
export interface Rendering {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note: (line: string) => void;
}

/** Every text that came out; or why nothing did. */
export type Rendered = { readonly texts: readonly string[] } | { readonly why: string };

function* textsIn(value: Json | undefined): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isArray(value)) for (const item of value) yield* textsIn(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* textsIn(item);
}

function contextOf(tree: FileTree, directory: string, { env }: Rendering): SourceContext {
  const policy = loadPolicy(env, 'cli');
  return {
    tree,
    directory,
    name: 'waybill',
    namespace: 'default',
    kubeVersion: undefined,
    apiVersions: [],
    referencedFiles: new Set(),
    policy,
    binaries: { env },
    budget: new NodeBudget(policy.limits.nodes),
    // A person waits for this command and can end it.
    run: (work) => work(),
    origins: false,
    warn: () => undefined,
  };
}

/** Renders a source of the tree. */
export async function renderSource(
  tree: FileTree,
  directory: string,
  source: Source,
  rendering: Rendering,
): Promise<Rendered> {
  try {
    const resources = await readSource(source, contextOf(tree, directory, rendering));
    return { texts: resources.flatMap(({ body }) => Array.from(textsIn(body))) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { why: error.diagnostics[0]?.message ?? '' };
  }
}

/** The references to images of these names among the texts, each once, as they are written. */
export function referencesTo(texts: readonly string[], names: readonly string[]): string[] {
  const keys = new Set(names.map(nameKey));
  const found = texts.filter(
    (text) => !/\s/u.test(text) && text !== '' && keys.has(nameKey(splitReference(text).name)),
  );
  return [...new Set(found)];
}
