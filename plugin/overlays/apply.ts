/**
 * The stage that changes rendered resources by overlays, in order. Pure: what no overlay changes is passed on as the
 * same object, nothing is changed in place, and a resource on which an overlay fails stays as it was.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import type { Recorder } from '../provenance/change.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Overlay } from '../resources/overlay.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import { NodeBudget } from '../resources/weight.ts';
import { type Attempt, step } from './attempt.ts';
import { Growth } from './growth.ts';
import { labelOf } from './label.ts';
import { loadOperations, type Operate } from './operations.ts';
import { Selection } from './target/selection.ts';
import type { Slot } from './target/slot.ts';
import type { Re2 } from './target/pattern.ts';
import { compileTarget, loadForTargets } from './target/target.ts';

/** What the stage needs besides resources and overlays. */
export interface OverlayContext {
  /** For messages. */
  readonly environment?: string | undefined;
  /** What the resources may hold; it has counted what they hold already. @default no limit */
  readonly budget?: NodeBudget | undefined;
  /** Runs synchronous work, and ends it when its time is over. @default runs it */
  readonly run?: (<Result>(work: () => Result) => Result) | undefined;
  readonly record?: Recorder | undefined;
}

/**
 * The resources after all overlays, in their order, without those that overlays removed. It is asynchronous only because
 * it loads what the overlays at hand need and nothing else.
 *
 * Rejects with a Failure of every independent mistake: `overlay-no-match`, `overlay-target`, `overlay-merge-key`,
 * `overlay-type`, `overlay-directive`, `overlay-identity`, `overlay-patch`, `overlay-set`, `limit-nodes`.
 */
export async function applyOverlays(
  resources: readonly Resource[],
  overlays: readonly Overlay[],
  context: OverlayContext,
): Promise<readonly Resource[]> {
  if (overlays.length === 0) return resources;
  const prepare = await loadOperations(overlays);
  const re2 = await loadForTargets(overlays);
  const run = context.run ?? ((work) => work());
  return run(() => applyInOrder(resources, overlays, { prepare, re2 }, context));
}

/** What was loaded for the overlays. */
interface Loaded {
  readonly prepare: (overlay: Overlay) => Operate;
  readonly re2: Re2 | undefined;
}

function applyInOrder(
  resources: readonly Resource[],
  overlays: readonly Overlay[],
  { prepare, re2 }: Loaded,
  context: OverlayContext,
): readonly Resource[] {
  const selection = new Selection(resources);
  const growth = new Growth(context.budget ?? new NodeBudget(Number.POSITIVE_INFINITY));
  const diagnostics: Diagnostic[] = [];
  for (const overlay of overlays) {
    try {
      const slots = selection.select(overlay, compileTarget(overlay, re2), context.environment);
      diagnostics.push(...applyToAll(overlay, slots, prepare(overlay), growth, context.record));
      selection.refresh(slots);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  }
  if (diagnostics.length > 0) throw new Failure(diagnostics);
  return selection.resources();
}

/** Applies one overlay to its resources; the mistakes of the first resource on which it fails stand for all. */
function applyToAll(
  overlay: Overlay,
  slots: readonly Slot[],
  operate: Operate,
  growth: Growth,
  record: Recorder | undefined,
): readonly Diagnostic[] {
  let first: readonly Diagnostic[] = [];
  const further: string[] = [];
  for (const slot of slots) {
    if (slot.failed || slot.resource === undefined) continue;
    try {
      slot.replace(applyToOne(overlay, slot.resource, operate, growth, record));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      slot.failed = true;
      if (first.length === 0) first = error.diagnostics;
      else further.push(shortName(slot.id));
    }
  }
  const [head, ...rest] = first;
  if (head === undefined || further.length === 0) return first;
  const more = `It fails on ${further.length} more: ${listNames(further)}.`;
  return [{ ...head, help: [...(head.help ?? []), more] }, ...rest];
}

function applyToOne(
  overlay: Overlay,
  resource: Resource,
  operate: Operate,
  growth: Growth,
  record: Recorder | undefined,
): JsonObject | undefined {
  const { body, origin } = resource;
  const attempt: Attempt = {
    overlay,
    growth,
    get resource() {
      return shortName(identify(body));
    },
    write:
      record &&
      (({ path, before, after, at }, state = body) => {
        const cause = { kind: 'overlay', label: labelOf(overlay), location: overlay.locate(at) } as const;
        record({ origin, path, body: state, before, after, cause });
      }),
  };
  return step(attempt, body, (inner) => operate(inner, body));
}
