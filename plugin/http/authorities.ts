/**
 * Which certificate authorities are trusted: Node's own, those of NODE_EXTRA_CA_CERTS, and those that the hosts file
 * names for one registry.
 */
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** The file of NODE_EXTRA_CA_CERTS. Node only warns of one that it cannot read, and goes on. */
function extra(file: string | undefined): readonly string[] {
  try {
    return file ? [readFileSync(file, 'utf8')] : [];
  } catch {
    return [];
  }
}

/**
 * A function from the registry's own authorities (PEM) to all that are trusted there. Node takes NODE_EXTRA_CA_CERTS
 * only where no authorities are given, so they are given together.
 */
export function authorities(env: Readonly<Record<string, string | undefined>>): (ca: string | undefined) => string[] {
  const always = [...rootCertificates, ...extra(env['NODE_EXTRA_CA_CERTS'])];
  return (ca) => (ca === undefined ? always : [...always, ca]);
}
