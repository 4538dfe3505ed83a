/**
 * Checks of what people wrote, right after the stages whose words they are: with the place in the manifest, or in the
 * overlay that made it so.
 */
import { Failure, failure } from '../../diagnostics/failure.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import type { FileTree } from '../../files/tree.ts';
import type { JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { identify, type Resource, shortName } from '../../resources/resource.ts';
import { findImageTypes, findLostImages } from './containers.ts';
import { type Finding, quotesFor } from './finding.ts';
import { findIdentities } from './identity.ts';
import { findTexts } from './texts.ts';

/** An overlay that made a field what it is. */
interface Blame {
  /** `overlay "three replicas"`. */
  readonly label: string;
  readonly location: Location;
}

/** What finds the overlay after which a manifest has a mistake; undefined where the source has it. */
export type FindBlame = (
  resource: Resource,
  path: Path,
  isFaulty: (body: JsonObject) => boolean,
) => Promise<Blame | undefined>;

function nameOf(body: JsonObject): string {
  const id = identify(body);
  if (id.kind !== '' && id.name !== '') return shortName(id);
  return id.kind === '' ? 'a manifest' : `a ${id.kind}`;
}

interface AuthoredFinding {
  readonly finding: Finding;
  readonly resource: Resource;
  readonly find: (body: JsonObject) => readonly Finding[];
}

async function report(found: readonly AuthoredFinding[], tree: FileTree, blame: FindBlame | undefined): Promise<void> {
  if (found.length === 0) return;
  const { authoredPlace, writtenAt } = await import('./place.ts');
  const failures = await Promise.all(
    found.map(async ({ resource, find, finding }) => {
      const { code, path, message, value, help = [], isMaybeEmpty } = finding;
      const isFaulty = (body: JsonObject): boolean => find(body).some((one) => one.message === message);
      const overlay = await blame?.(resource, path, isFaulty);
      const place = overlay ? undefined : authoredPlace(tree, resource, path);
      if (isMaybeEmpty === true && !overlay && place?.isEmpty !== false) return [];
      const by = overlay ? ` (by ${overlay.label})` : '';
      const location = overlay?.location ?? place?.location ?? resource.origin.location;
      const written = overlay || place ? writtenAt(tree, location) : undefined;
      return failure(code, `${nameOf(resource.body)}: ${message}${by}`, {
        location,
        help: [...help, ...(value === undefined ? [] : quotesFor(value, written))],
      }).diagnostics;
    }),
  );
  const diagnostics = failures.flat();
  if (diagnostics.length > 0) throw new Failure(diagnostics);
}

function findAll(resource: Resource, finders: readonly AuthoredFinding['find'][]): AuthoredFinding[] {
  const found: AuthoredFinding[] = [];
  for (const find of finders) for (const finding of find(resource.body)) found.push({ finding, resource, find });
  return found;
}

/**
 * Failure `identity-not-text` for every manifest of the source whose identity is no text, and then also what is wrong with
 * labels, annotations, selectors and images.
 */
export async function checkIdentityTypes(resources: readonly Resource[], tree: FileTree): Promise<void> {
  const found = resources.flatMap((resource) => findAll(resource, [findIdentities]));
  if (found.every(({ finding }) => finding.isMaybeEmpty === true)) return report(found, tree, undefined);
  const finders = [findIdentities, findTexts, findImageTypes];
  return report(
    resources.flatMap((resource) => findAll(resource, finders)),
    tree,
    undefined,
  );
}

/**
 * Failures `identity-not-text`, `metadata-not-string`, `image-not-text` and `container-no-image` in what overlays made of
 * `before`, in which every resource has the origin that it has in `after`.
 */
export async function checkAuthored(
  before: readonly Resource[],
  after: readonly Resource[],
  { tree, blame }: { readonly tree: FileTree; readonly blame: FindBlame },
): Promise<void> {
  const bodies = new Map(before === after ? [] : before.map(({ origin, body }) => [origin, body]));
  const found = after.flatMap((resource): AuthoredFinding[] => {
    const old = bodies.get(resource.origin) ?? resource.body;
    const find = (body: JsonObject) => findLostImages(old, body);
    return findAll(resource, [findIdentities, findTexts, findImageTypes, find]);
  });
  await report(found, tree, blame);
}
