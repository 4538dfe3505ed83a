/**
 * The resources of one render as overlays see them: found by their targets, in time that does not grow with the kinds
 * that a target cannot mean.
 */
import type { Overlay } from '../../resources/overlay.ts';
import { clusterScopeOf } from '../../resources/cluster-scoped.ts';
import type { Resource } from '../../resources/resource.ts';
import { noMatch } from './no-match.ts';
import { Slot } from './slot.ts';
import type { CompiledTarget, Test } from './target.ts';

/** All resources while overlays are applied. */
export class Selection {
  readonly #slots: readonly Slot[];
  readonly #isClusterScoped: (slot: Slot) => boolean;
  #byKind: ReadonlyMap<string, readonly Slot[]>;

  constructor(resources: readonly Resource[]) {
    this.#slots = resources.map((resource) => new Slot(resource));
    this.#byKind = this.#group();
    const isClusterScoped = clusterScopeOf(resources.map(({ body }) => body));
    this.#isClusterScoped = ({ resource }) => resource !== undefined && isClusterScoped(resource.body);
  }

  /** The resources that a target means. Failure `overlay-no-match` for none, unless the overlay is optional. */
  select(overlay: Overlay, target: CompiledTarget, environment: string | undefined): readonly Slot[] {
    const { onlyKind } = target;
    const candidates = onlyKind === undefined ? this.#slots : (this.#byKind.get(onlyKind) ?? []);
    const tests = [...target.tests.values()];
    const found = candidates.filter(
      (slot) => slot.resource !== undefined && tests.every((test) => this.#applies(slot, test)),
    );
    if (found.length > 0 || overlay.optional) return found;
    throw noMatch(overlay, target, this.#slots, (slot, test) => this.#applies(slot, test), environment);
  }

  /** To be called after resources were replaced: a kind may have changed. */
  refresh(replaced: readonly Slot[]): void {
    if (replaced.some((slot) => slot.id.kind !== slot.listedKind)) this.#byKind = this.#group();
  }

  /** What is left, in order. */
  resources(): readonly Resource[] {
    return this.#slots.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  }

  #applies(slot: Slot, test: Test): boolean {
    return test(slot, this.#isClusterScoped);
  }

  #group(): ReadonlyMap<string, readonly Slot[]> {
    const groups = new Map<string, Slot[]>();
    for (const slot of this.#slots) {
      slot.listedKind = slot.id.kind;
      const group = groups.get(slot.id.kind);
      if (group) group.push(slot);
      else groups.set(slot.id.kind, [slot]);
    }
    return groups;
  }
}
