/**
 * `platforms`: whether an image can run where it must.
 */
import type { Strategy } from '../config/environment.ts';
import type { ImageFacts, ImageOptions, Platform } from '../registries/registry.ts';

function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Whose labels and time are read: the first platform wanted. */
export function wantedPlatform({ platforms }: Strategy): Pick<ImageOptions, 'platform'> {
  const [first] = platforms;
  return first === undefined ? {} : { platform: parsePlatform(first) };
}

/** Without a variant, any variant will do; `v8` is what arm64 is without one. */
function satisfies(found: Platform, wanted: Platform): boolean {
  if (found.os !== wanted.os || found.architecture !== wanted.architecture) return false;
  const variant = found.variant ?? (found.architecture === 'arm64' ? 'v8' : undefined);
  return wanted.variant === undefined || wanted.variant === variant;
}

/** The platforms of `wanted` that the image does not have, as written. */
export function missingPlatforms(wanted: readonly string[], facts: ImageFacts): readonly string[] {
  return wanted.filter((text) => !facts.platforms.some((found) => satisfies(found, parsePlatform(text))));
}
