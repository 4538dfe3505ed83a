/**
 * `waybill images update` as a function: the strategies of waybill.yaml run against the registries, and what they choose
 * is written into the locks, of one application or of many, as one commit or not at all.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { withEnvironment } from '../applications/environments.ts';
import type { LeftOut } from '../applications/find.ts';
import { tellLeftOut } from '../applications/left-out.ts';
import { isWide, type Scope } from '../applications/scope.ts';
import { applicationsOf } from '../applications/select.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import { nameKey } from '../references/reference.ts';
import type { Registry } from '../registries/registry.ts';
import type { ChooseOptions } from '../strategies/run.ts';
import { slug } from '../templates/slug.ts';
import { Ancestry } from './ancestry.ts';
import { type Candidates, candidatesOf, type ChoiceRequest, updateLock } from './strategy-updates.ts';
import { Checkouts, messageFor } from './commit.ts';
import { deliver } from './deliver.ts';
import type { Delivered, Delivery } from './intent.ts';
import { mergeDiagnostics } from './merge-diagnostics.ts';
import { type ImageOutcome, isChange } from './outcome.ts';
import { RunRegistry } from './run-registry.ts';

/** What is to be updated. */
export interface UpdateRequest extends Scope, ChooseOptions {
  readonly environment: string;
  /** Only these images; none: all that have a strategy. */
  readonly images: readonly string[];
  readonly registry: Registry;
  /** Update the applications that can be, when others cannot. @default false: nothing is updated then */
  readonly keepGoing: boolean;
  /** Write a version that a lock holds back. */
  readonly allowHeld: boolean;
  /** Folders that may be checkouts of the source repositories. */
  readonly checkouts: readonly string[];
  /** The page of the run that updates. */
  readonly trigger: string | undefined;
}

/** What came of it. */
export interface Updated {
  /** One for each image with a strategy, in the order of the applications. */
  readonly outcomes: readonly ImageOutcome[];
  /** Why applications were left out, with keepGoing. */
  readonly failures: readonly Diagnostic[];
}

/** One application, decided or not. */
type Part = { readonly directory: string } & (
  | { readonly candidates: Candidates }
  | { readonly failures: readonly Diagnostic[] }
);

function orFailures<Result>(work: () => Result): Result | { readonly failures: readonly Diagnostic[] } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failures: error.diagnostics };
  }
}

/** The candidates with only the images that are asked for; a name that none of them has is an error. */
function onlyImages(parts: readonly Part[], { images: only, environment }: UpdateRequest): readonly Part[] {
  if (only.length === 0) return parts;
  const names = parts.flatMap((one) =>
    'candidates' in one ? one.candidates.images.map(({ image }) => image.name) : [],
  );
  attemptAll(only, (name) => {
    if (names.some((one) => nameKey(one) === nameKey(name))) return;
    throw failure('image-unmatched', `${environment} has no image ${name} with a strategy`, {
      help: notFoundHelp('Images with a strategy', name, [...new Set(names)]),
    });
  });
  const keys = new Set(only.map(nameKey));
  return parts.map((one) => {
    if (!('candidates' in one)) return one;
    const images = one.candidates.images.filter(({ image }) => keys.has(nameKey(image.name)));
    return { ...one, candidates: { ...one.candidates, images } };
  });
}

function partsOf(
  tree: FileTree,
  directory: string,
  request: UpdateRequest,
  own: string,
  tell: (leftOut: readonly LeftOut[]) => void,
): readonly Part[] {
  const named = applicationsOf(tree, directory, request);
  const wanted = request.all ? withEnvironment(tree, named.applications, request.environment) : named;
  tell([...new Set([...named.leftOut, ...wanted.leftOut])]);
  const parts = wanted.applications.map((one): Part => {
    const name = slug(one === '' ? own : basename(one));
    const read = orFailures(() => candidatesOf(tree, one, request.environment, name));
    return Object.assign({ directory: one }, 'failures' in read ? read : { candidates: read });
  });
  return onlyImages(parts, request);
}

interface Done {
  readonly files: readonly [string, string][];
  readonly outcomes: readonly ImageOutcome[];
  readonly failures: readonly Diagnostic[];
}

async function decide(part: Part, request: UpdateRequest & Pick<ChoiceRequest, 'ancestry'>): Promise<Done> {
  if ('failures' in part) return { files: [], outcomes: [], failures: part.failures };
  try {
    const { text, outcomes } = await updateLock(part.candidates, request);
    const isChanged = outcomes.some(isChange);
    const told = isWide(request)
      ? outcomes.map((one) => Object.assign({ application: part.directory }, one))
      : outcomes;
    return { files: isChanged ? [[part.candidates.file, text]] : [], outcomes: told, failures: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { files: [], outcomes: [], failures: error.diagnostics };
  }
}

/** One branch for each scope, whatever changes: an open pull request gets what is new since. */
function branchOf(directory: string, { environment, images, applications, all }: UpdateRequest): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([directory, images, applications, all]))
    .digest('hex');
  return `waybill/${environment}/update-${hash.slice(0, 8)}`;
}

/** The one source commit of what changes; several are no code commit that Argo CD could show. */
function onlySource(outcomes: readonly ImageOutcome[]) {
  const sources = outcomes.flatMap(({ after }) => after?.source ?? []);
  return new Set(sources.map(({ commit }) => commit)).size === 1 ? sources[0] : undefined;
}

/**
 * Updates. Every question is asked once for all applications, and not again when a push is overtaken.
 * @throws Failure with the errors of all applications (nothing is written then), unless keepGoing, and as deliver
 */
export async function updateImages(request: UpdateRequest, delivery: Delivery): Promise<Delivered<Updated>> {
  const ancestry = new Ancestry(request.checkouts, delivery.env);
  const asked = { ...request, registry: new RunRegistry(request.registry), ancestry };
  const checkouts = new Checkouts(request.checkouts, delivery.env);
  const tell = tellLeftOut(delivery.note);
  return await deliver(delivery, async ({ tree, directory }) => {
    const parts = partsOf(tree, directory, request, basename(delivery.directory), tell);
    const done = await Promise.all(parts.map(async (one) => await decide(one, asked)));
    const failures = mergeDiagnostics(done.flatMap((one) => one.failures));
    if (failures.length > 0 && !request.keepGoing) throw new Failure(failures);
    const outcomes = done.flatMap((one) => one.outcomes);
    const changed = outcomes.filter(isChange);
    const { environment, trigger } = request;
    return {
      files: new Map(done.flatMap(({ files }) => files)),
      targets: parts.flatMap((part) => ('candidates' in part ? [part.candidates.file] : [])),
      message: async () =>
        await messageFor({
          verb: 'Update',
          environment,
          directory,
          outcomes: changed,
          trigger,
          source: onlySource(changed),
          checkouts,
        }),
      branch: branchOf(directory, request),
      result: { outcomes, failures },
    };
  });
}
