/**
 * Digests of bytes: `sha256:` and 64 hexadecimal digits.
 */
import { createHash } from 'node:crypto';

/** The digest of the bytes by the algorithm of `like` (sha256, sha384 or sha512). */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.slice(0, like.indexOf(':'));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
