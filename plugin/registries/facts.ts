/**
 * What an image says of itself: from its index, its manifest and its configuration, read from wherever they are.
 */
import type { ImageConfig } from '../schemas/image-config.generated.ts';
import { validate as validateConfig } from '../schemas/image-config.validate.generated.js';
import type { ImageManifest, ManifestDescriptor } from '../schemas/image-manifest.generated.ts';
import { validate as validateManifest } from '../schemas/image-manifest.validate.generated.js';
import { isDigest } from '../references/reference.ts';
import { unusable } from './failures.ts';
import { parseAnswer } from './parse.ts';
import type { ImageFacts, ImageOptions, Platform } from './registry.ts';

/** Where documents come from: by digest, verified. */
export interface Documents {
  manifest(digest: string): Promise<Uint8Array>;
  config(digest: string): Promise<Uint8Array>;
}

/** An image, for messages. */
export interface Named {
  /** The registry's host. */
  readonly host: string;
  /** `ghcr.io/acme/a:1`. */
  readonly what: string;
}

const createdKey = 'org.opencontainers.image.created';

interface Candidate {
  readonly platform: Platform;
  readonly digest: string;
}

function platformOf({ platform }: ManifestDescriptor): Platform | undefined {
  const { os = '', architecture = '', variant } = platform ?? {};
  // Attestations (buildkit's provenance and SBOM) are listed as unknown/unknown.
  if (os === '' || architecture === '' || os === 'unknown' || architecture === 'unknown') return undefined;
  return { os, architecture, ...(variant === undefined || variant === '' ? {} : { variant }) };
}

function matches(platform: Platform, wanted: Platform): boolean {
  const { os, architecture, variant } = wanted;
  return (
    platform.os === os &&
    platform.architecture === architecture &&
    (variant === undefined || platform.variant === undefined || platform.variant === variant)
  );
}

function choose(candidates: readonly Candidate[], wanted: Platform | undefined): Candidate | undefined {
  const usual = { os: 'linux', architecture: 'amd64' };
  const find = (one: Platform): Candidate | undefined => candidates.find(({ platform }) => matches(platform, one));
  return (wanted && find(wanted)) ?? find(usual) ?? candidates[0];
}

function parseManifest(bytes: Uint8Array, named: Named): ImageManifest {
  const manifest = parseAnswer<ImageManifest>(validateManifest, bytes, named);
  if (manifest.schemaVersion === 2) return manifest;
  throw unusable(named.host, named.what, `it is of schema version ${manifest.schemaVersion}; only 2 is read`);
}

/** The name of a descriptor's document; it becomes a part of a URL. */
function digestIn(descriptor: ManifestDescriptor, { host, what }: Named): string {
  if (isDigest(descriptor.digest)) return descriptor.digest;
  throw unusable(
    host,
    what,
    `it names a document by ${JSON.stringify(descriptor.digest.slice(0, 100))}, which is no digest`,
  );
}

function timeOf(text: string | null | undefined): string | undefined {
  // The zero time is what reproducible builds and some tools write for "none".
  return text && !text.startsWith('0001-01-01') ? text : undefined;
}

function mapOf(value: Readonly<Record<string, string>> | null | undefined): [string, string][] {
  return Object.entries(value ?? {});
}

/**
 * The facts of the image whose index or manifest has these bytes and this digest. The options say which platform to
 * prefer in an index, and whether the time is all that is wanted. Failure `registry-answer` for a document that is not
 * of the specification's form; failures of `documents` pass.
 */
export async function factsOf(
  top: { readonly digest: string; readonly bytes: Uint8Array },
  named: Named,
  documents: Documents,
  { platform: wanted, onlyTime = false }: Pick<ImageOptions, 'platform' | 'onlyTime'>,
): Promise<ImageFacts> {
  const first = parseManifest(top.bytes, named);
  let manifest = first;
  let platforms: Platform[] | undefined;
  if (first.manifests !== undefined) {
    const candidates = first.manifests.flatMap((descriptor) => {
      const platform = platformOf(descriptor);
      return platform === undefined ? [] : [{ platform, digest: digestIn(descriptor, named) }];
    });
    platforms = candidates.map(({ platform }) => platform);
    // An index without platforms (buildpacks, artifacts) names its manifests all the same.
    const only = first.manifests.length === 1 ? first.manifests[0] : undefined;
    const chosen = choose(candidates, wanted)?.digest ?? (only && digestIn(only, named));
    if (chosen === undefined) throw unusable(named.host, named.what, 'its index lists no image for a platform');
    manifest = parseManifest(await documents.manifest(chosen), named);
  }
  if (manifest.config === undefined) throw unusable(named.host, named.what, 'its manifest has no configuration');
  const annotations = new Map([...mapOf(first.annotations), ...mapOf(manifest.annotations)]);
  const annotated = timeOf(annotations.get(createdKey));
  if (onlyTime && annotated !== undefined) {
    return { digest: top.digest, platforms: platforms ?? [], created: annotated, labels: new Map(), annotations };
  }
  const bytes = await documents.config(digestIn(manifest.config, named));
  const config = parseAnswer<ImageConfig>(validateConfig, bytes, named);
  const created = annotated ?? timeOf(config.created);
  const own = platformOf({ digest: top.digest, platform: config });
  return {
    digest: top.digest,
    platforms: platforms ?? (own === undefined ? [] : [own]),
    ...(created === undefined ? {} : { created }),
    labels: new Map(mapOf(config.config?.Labels)),
    annotations,
  };
}
