/**
 * Which overlay made a manifest wrong: the overlays are applied to it again, one after the other. Only an error is worth
 * that.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Change } from '../provenance/change.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Overlay } from '../resources/overlay.ts';
import type { Path } from '../resources/pointer.ts';
import type { Resource } from '../resources/resource.ts';
import { applyOverlays } from './apply.ts';
import { labelOf } from './label.ts';

/** How many parts two paths have in common at their beginning; indexes count as equal, since lists are reordered. */
function likeness(one: Path, other: Path): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    if (one[at] !== other[at] && !(typeof one[at] === 'number' && typeof other[at] === 'number')) return at;
  }
  return length;
}

/**
 * The last overlay after which `isFaulty` is true of the resource and stays so, with the place that wrote at or near
 * `path`. Undefined where the resource was faulty before any overlay.
 */
export async function blameOverlay(
  resource: Resource,
  overlays: readonly Overlay[],
  path: Path,
  isFaulty: (body: JsonObject) => boolean,
): Promise<{ label: string; location: Location } | undefined> {
  // Alone, the resource is not what every overlay is for.
  const lenient = overlays.map((overlay): Overlay => ({ ...overlay, optional: true }));
  const after = async (count: number, changes?: Change[]): Promise<JsonObject | undefined> => {
    const record = changes && ((change: Change): void => void changes.push(change));
    return (await applyOverlays([resource], lenient.slice(0, count), { record }))[0]?.body;
  };
  for (let count = overlays.length; count > 0; count -= 1) {
    const before: Change[] = [];
    const earlier = await after(count - 1, before);
    const overlay = overlays[count - 1];
    if (!overlay || (earlier !== undefined && isFaulty(earlier))) continue;
    const changes: Change[] = [];
    await after(count, changes);
    const [best] = changes.slice(before.length).toSorted((a, b) => likeness(b.path, path) - likeness(a.path, path));
    return { label: labelOf(overlay), location: best?.cause.location ?? overlay.location };
  }
  return undefined;
}
