/**
 * What a change does to every environment of every application, through whatever files they share: both sides are
 * rendered, but for applications that read nothing of what has changed.
 */
import { environmentsOf, noEnvironment } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import { isApplication } from '../applications/marks.ts';
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import { countNodes } from '../resources/weight.ts';
import { doMany, type ManyOptions } from '../renders/many.ts';
import { type EnvironmentChange, EnvironmentComparison, type EnvironmentOutcome } from './environment.ts';
import type { Folded } from './fold.ts';

/** One environment of an application that the change touches. */
export interface Touched extends Folded {
  /** Tree path of its directory. */
  readonly directory: string;
  readonly environment: string | undefined;
  /** It is new, or gone; undefined: it was there before and is there now. */
  readonly is: 'new' | 'gone' | undefined;
}

/** One that cannot be rendered on one of the sides. */
export interface Unrendered {
  readonly directory: string;
  readonly environment: string | undefined;
  /** Whether the change breaks it; else it was broken before, and the effect of the change is unknown. */
  readonly isBroken: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a change does. */
export interface AllComparison {
  readonly touched: readonly Touched[];
  readonly unrendered: readonly Unrendered[];
  /** Environments of applications that render the same. */
  readonly unchanged: number;
}

/** What is compared. */
export interface CompareAllRequest extends Omit<EnvironmentChange, 'directory' | 'environment' | 'sides'> {
  readonly before: FileTree;
  readonly after: FileTree;
  /** Tree path to look below. */
  readonly directory: string;
  /** Only these environments; none: all. */
  readonly environments: readonly string[];
}

/** The environments of a directory on one side; undefined where it is no application there, or cannot be read. */
function environmentsIn(tree: FileTree, directory: string): readonly (string | undefined)[] | undefined {
  if (tree.kind(directory) !== 'directory' || !isApplication(tree, directory)) return undefined;
  try {
    const names = environmentsOf(loadApplication(tree, directory));
    return names.length === 0 ? [undefined] : names;
  } catch (error) {
    // Rendering says what is wrong.
    if (error instanceof Failure) return [undefined];
    throw error;
  }
}

/** Compares. @throws Failure `environment-unknown`, and for limits of the trees; what cannot be rendered is in the result */
export async function compareAll(
  { before, after, directory, environments, ...shared }: CompareAllRequest,
  options: ManyOptions,
): Promise<AllComparison> {
  const now = after.kind(directory) === 'directory' ? findApplications(after, directory).applications : [];
  // A directory that is gone has files among the changed ones.
  const folders = new Set([...shared.changed].flatMap((path) => foldersAbove(path, directory)));
  const gone = [...folders].filter((one) => !now.includes(one) && before.kind(one) === 'directory');
  const requests: EnvironmentChange[] = [];
  const known = new Set<string>();
  for (const one of [...now, ...gone.sort()]) {
    const [old, current] = [environmentsIn(before, one), environmentsIn(after, one)];
    for (const environment of new Set([...(current ?? []), ...(old ?? [])])) {
      if (environment !== undefined) known.add(environment);
      if (environments.length > 0 && (environment === undefined || !environments.includes(environment))) continue;
      const sides = { before: old?.includes(environment) === true, after: current?.includes(environment) === true };
      requests.push({ ...shared, directory: one, environment, sides });
    }
  }
  const unknown = environments.find((one) => !known.has(one));
  if (unknown !== undefined && now.length > 0) throw noEnvironment(unknown, known);
  const comparison = new EnvironmentComparison(options.env);
  const work = {
    task: 'diff' as const,
    here: (request: EnvironmentChange): Promise<EnvironmentOutcome> => comparison.compare(request),
    bytesOf,
  };
  const outcomes = await doMany(work, requests, options);
  const touched: Touched[] = [];
  const unrendered: Unrendered[] = [];
  for (const [index, { directory: one, environment, sides }] of requests.entries()) {
    const outcome = outcomes[index];
    const is = sides.before ? (sides.after ? undefined : 'gone') : 'new';
    if (outcome?.kind === 'touched') touched.push({ ...outcome.folded, directory: one, environment, is });
    else if (outcome?.kind === 'unrendered') {
      const { isBroken, diagnostics } = outcome;
      unrendered.push({ directory: one, environment, isBroken, diagnostics });
    }
  }
  return { touched, unrendered, unchanged: requests.length - touched.length - unrendered.length };
}

/** Bytes of memory that an outcome takes; a value takes some hundred, with its key. */
function bytesOf(outcome: EnvironmentOutcome): number {
  if (outcome.kind !== 'touched') return 0;
  const values = outcome.folded.comparison.resources.flatMap((one) =>
    one.change === 'changed' ? one.fields.flatMap(({ before, after }) => [before, after]) : [one.body],
  );
  return values.reduce((sum: number, value) => sum + 100 * countNodes(value, Infinity), 0);
}

function foldersAbove(path: string, directory: string): string[] {
  const parts = path.split('/').slice(0, -1);
  const all = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  return [...all, ''].filter((one) => directory === '' || one === directory || one.startsWith(`${directory}/`));
}
