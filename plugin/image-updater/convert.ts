/**
 * One image of Image Updater's configuration as an entry of `images` in waybill.yaml.
 */
import type { StrategyKey } from '../config/environment.ts';
import { type StrategyFields, strategyOf } from '../config/strategy.ts';
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { compilePathMatch } from '../expressions/path-match.ts';
import { nameKey, referenceProblem, splitReference } from '../references/reference.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import { checkStrategies } from '../strategies/check.ts';
import type { Setting, UpdaterImage } from './configuration.ts';

/** What an image came to. */
export interface Converted {
  readonly entry: Readonly<ConfigImage>;
  readonly remarks: readonly Diagnostic[];
}

type Kind = NonNullable<StrategyFields['strategy']>;

/** Names that Image Updater takes (ParseUpdateStrategy); the last two are old ones. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['semver', 'semver'],
  ['newest-build', 'newest-build'],
  ['alphabetical', 'alphabetical'],
  ['digest', 'digest'],
  ['latest', 'newest-build'],
  ['name', 'alphabetical'],
]);

function remark(message: string, location: Location): Diagnostic {
  return { severity: 'warning', code: 'import-left-out', message, location };
}

/** Name and constraint. A constraint such as `^1.2` is no tag, so the whole is no image reference. */
export function splitImage(text: string): {
  readonly name: string;
  readonly constraint: string;
  readonly digest: boolean;
} {
  const at = text.indexOf('@');
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? rest : rest.slice(0, colon),
    constraint: colon < 0 ? '' : rest.slice(colon + 1),
    digest: at >= 0,
  };
}

/** `{{` begins a template in waybill.yaml. */
function literal(text: string): string {
  return text.replaceAll('{{', '\\{{');
}

/** The expression of `regexp:…`; undefined for every tag. */
function allowed(setting: Setting<string> | undefined): string | undefined {
  if (!setting || setting.value === '' || setting.value.toLowerCase() === 'any') return undefined;
  const [, expression] = /^regexp:(.*)$/isu.exec(setting.value) ?? [];
  if (expression !== undefined) return expression === '' ? undefined : expression;
  throw failure('import-invalid', `allow-tags is ${JSON.stringify(setting.value)}; expected regexp:EXPRESSION or any`, {
    location: setting.location,
    help: ['Image Updater lets no tag pass for this, so it never updates the image. Correct it first.'],
  });
}

function isGlob(pattern: string): boolean {
  try {
    compilePathMatch(pattern);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Converts one image.
 * @throws Failure `import-invalid`, `config-invalid` or `strategy-invalid`, at the setting, for what Image Updater
 * cannot use either
 */
export function convert(updated: UpdaterImage): Converted {
  const { image, manifestName, updateStrategy, ignoreTags, platforms } = updated;
  const { name, constraint, digest } = splitImage(image.value);
  const remarks: Diagnostic[] = [];
  const problem = referenceProblem(name);
  if (problem !== undefined) {
    throw failure('import-invalid', `${JSON.stringify(image.value)} is no image: ${problem}`, {
      location: image.location,
      help: ['Its form is NAME or NAME:CONSTRAINT. In image-list a comma begins another image.'],
    });
  }
  if (digest)
    remarks.push(
      remark(`the digest of ${image.value} is not converted: Image Updater does not use it`, image.location),
    );
  const written = updateStrategy?.value.toLowerCase() ?? '';
  const kind = kinds.get(written === '' ? 'semver' : written);
  if (kind === undefined && updateStrategy) {
    remarks.push(
      remark(
        `the strategy ${JSON.stringify(updateStrategy.value)} is treated as semver, as in Image Updater`,
        updateStrategy.location,
      ),
    );
  }
  const strategy = kind ?? 'semver';
  const isDigest = strategy === 'digest';
  const allowTags = allowed(updated.allowTags);
  const globs = (ignoreTags?.value ?? []).filter((glob) => isGlob(glob));
  const locate = (key: StrategyKey): Location =>
    ({ strategy: updateStrategy, constraint: image, tag: image, allowTags: updated.allowTags, ignoreTags, platforms })[
      key
    ]?.location ?? image.location;
  if (constraint !== '' && strategy !== 'semver' && !isDigest) {
    remarks.push(
      remark(
        `${JSON.stringify(constraint)} is not converted: Image Updater does not use it with ${strategy}`,
        image.location,
      ),
    );
  }
  for (const glob of ignoreTags?.value ?? []) {
    if (!globs.includes(glob)) {
      remarks.push(
        remark(
          `ignore-tags: ${JSON.stringify(glob)} is not converted: it is no glob, and Image Updater passes over it`,
          locate('ignoreTags'),
        ),
      );
    }
  }
  for (const key of isDigest ? (['allowTags', 'ignoreTags'] as const) : []) {
    if (key === 'allowTags' ? allowTags !== undefined : globs.length > 0) {
      remarks.push(remark(`${key} of ${name} is not converted: with digest there is one tag`, locate(key)));
    }
  }
  const fields: StrategyFields = {
    strategy,
    ...(strategy === 'semver' && constraint !== '' ? { constraint } : {}),
    ...(isDigest && constraint !== '' ? { tag: constraint } : {}),
    ...(allowTags !== undefined && !isDigest ? { allowTags } : {}),
    ...(globs.length > 0 && !isDigest ? { ignoreTags: globs } : {}),
    ...(platforms && platforms.value.length > 0 ? { platforms: platforms.value } : {}),
  };
  const checked = strategyOf(fields, locate);
  checkStrategies(checked ? [checked] : []);
  const inManifests = manifestName ? splitReference(manifestName.value).name : name;
  if (manifestName && nameKey(inManifests) !== nameKey(name)) {
    remarks.push(
      remark(
        `the manifests name ${inManifests}, and ${name} runs in its place: write that into the lock, with waybill images set ${inManifests}=${name}:TAG`,
        manifestName.location,
      ),
    );
  }
  return { entry: entryOf(inManifests, fields), remarks };
}

function entryOf(
  name: string,
  { strategy, constraint, tag, allowTags, ignoreTags, platforms }: StrategyFields,
): ConfigImage {
  return {
    name,
    ...(strategy === undefined ? {} : { strategy }),
    ...(constraint === undefined ? {} : { constraint: literal(constraint) }),
    ...(tag === undefined ? {} : { tag }),
    ...(allowTags === undefined ? {} : { allowTags: literal(allowTags) }),
    ...(ignoreTags === undefined ? {} : { ignoreTags: ignoreTags.map((glob) => literal(glob)) }),
    ...(platforms === undefined ? {} : { platforms: [...platforms] }),
  };
}
