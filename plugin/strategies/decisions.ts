/**
 * Strategies in a render: only for registries that the operator's policy lists, since Argo CD keeps what it rendered
 * for a commit, and a registry that is down would fail every render. Elsewhere the lock must name what runs.
 */
import type { DeclaredImage, Strategy } from '../config/environment.ts';
import { attemptAll, attemptTogether, failure } from '../diagnostics/failure.ts';
import type { ImageSource } from '../lock/lock.ts';
import { matchesImage } from '../policy/patterns.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cause } from '../provenance/change.ts';
import { nameKey } from '../references/reference.ts';
import type { Registry } from '../registries/registry.ts';
import { checkStrategies } from './check.ts';
import { choose } from './choose.ts';

/** An image that no override and no lock entry decides. */
export interface Undecided {
  readonly image: DeclaredImage;
  readonly strategy: Strategy;
  /** Where the lock says that it runs from. */
  readonly newName?: string | undefined;
}

/** What a strategy chose, as the images stage takes it. */
export interface StrategyDecision {
  readonly newName?: string | undefined;
  readonly tag: string;
  readonly digest: string;
  readonly source?: ImageSource | undefined;
  readonly cause: Cause;
  readonly location: NonNullable<Cause['location']>;
}

/** What is rendered, and by whose leave. */
export interface StrategyContext {
  readonly policy: Policy;
  readonly environment: string | undefined;
  /** Called once, and only when there is something to ask. */
  readonly registry: () => Registry;
}

function notAllowed({ image, strategy, newName }: Undecided, { policy, environment }: StrategyContext): Error {
  const name = nameKey(newName ?? image.name);
  const { ask } = policy.registries;
  const file = policy.file === undefined ? '' : ` (${policy.file})`;
  return failure(
    'strategy-not-allowed',
    `no lock entry has a tag of ${image.name}, and a render may not query ${name.split('/', 1)[0]}`,
    {
      location: strategy.locate('strategy'),
      help: [
        environment === undefined
          ? 'A lock belongs to an environment: give waybill.yaml one, or write the tag into the manifest and leave the strategy out.'
          : `Let the strategy write the lock, and commit it: waybill images update -e ${environment}.`,
        `Registries that a render may query are in the operator's policy${file}, registries.ask: ${ask.join(', ') || 'none'}.`,
      ],
    },
  );
}

/** The registry's credentials are the operator's: they are not lent for images that could not be deployed anyway. */
function foreign(name: string, { strategy }: Undecided, places: readonly string[]): Error {
  return failure('policy-image', `${name} is from a registry that is not allowed, so its tags are not asked for`, {
    location: strategy.locate('strategy'),
    help: [`Allowed registries: ${places.join(', ') || 'nowhere'}.`, "This is the operator's policy."],
  });
}

async function answer(undecided: Undecided, registry: Registry): Promise<[string, StrategyDecision]> {
  const { image, strategy, newName } = undecided;
  const { tag, digest, source, why } = await choose(
    strategy,
    registry,
    image,
    newName === undefined ? undefined : { newName },
  );
  const location = strategy.locate('strategy');
  const cause: Cause = { kind: 'strategy', label: `strategy ${strategy.kind}: ${why}`, location };
  return [nameKey(image.name), { newName, tag, digest, source, cause, location }];
}

/**
 * What the strategies choose, by {@link nameKey}.
 * @throws Failure `strategy-not-allowed` for every image of a registry that the policy does not list, `policy-image` for
 * images that may not be deployed, `strategy-invalid`, all before any registry is asked; and those of {@link choose}
 */
export async function strategyDecisions(
  images: readonly Undecided[],
  context: StrategyContext,
): Promise<ReadonlyMap<string, StrategyDecision>> {
  const { ask, images: places } = context.policy.registries;
  const mayAsk = (one: Undecided): void => {
    const name = nameKey(one.newName ?? one.image.name);
    if (!ask.some((host) => matchesImage(host, name))) throw notAllowed(one, context);
    if (places && !places.some((place) => matchesImage(place, name))) throw foreign(name, one, places);
  };
  attemptAll(
    images.flatMap((one) => [() => checkStrategies([one.strategy]), () => mayAsk(one)]),
    (check) => check(),
  );
  const registry = images.length === 0 ? undefined : context.registry();
  return new Map(registry && (await attemptTogether(images.map((one) => answer(one, registry)))));
}
