/**
 * How another program (cosign) reaches a registry the way Waybill does: by the same hosts file, and with the one
 * credential that Waybill would use there, so that it needs no helpers and sees no other secret.
 */
import { failure } from '../diagnostics/failure.ts';
import { parseReference, registryOf } from '../references/reference.ts';
import { authorities } from '../http/authorities.ts';
import type { Credential } from './credential.ts';
import { Credentials } from './credentials/find.ts';
import { helperServer } from './credentials/keys.ts';
import { hostsVariable, readHosts } from './hosts.ts';
import type { RegistryOptions } from './registry.ts';

/** What a program needs to reach one registry. */
export interface RegistryAccess {
  readonly plainHTTP: boolean;
  /** All authorities (PEM) that Waybill trusts there; undefined where they are the usual ones. */
  readonly ca: string | undefined;
  /** docker's config.json as text: the credential for the one repository, or none. A secret. */
  readonly dockerConfig: string;
}

/** In the words of docker's config.json. */
function entryOf({ kind, user, secret }: Credential): Readonly<Record<string, string>> {
  if (kind === 'identity') return { identitytoken: secret };
  if (kind === 'bearer') return { registrytoken: secret };
  return { auth: Buffer.from(`${user}:${secret}`).toString('base64') };
}

/**
 * A function from an image's name (without tag and digest) to how its registry is reached. Mirrors are left out: what
 * another program verifies must come from the registry that the name says.
 * @throws Failure `registries-invalid`; the function's promise rejects with Failure `registries-invalid` (credentials
 *   that cannot be read, a malformed name) or `registry-credentials`
 */
export function registryAccess(env: RegistryOptions['env']): (name: string) => Promise<RegistryAccess> {
  const hosts = readHosts(hostsVariable(env));
  const credentials = new Credentials(env);
  const trusted = authorities(env);
  return async (written) => {
    const reference = parseReference(written);
    if (!reference) throw failure('registries-invalid', `${JSON.stringify(written)} is not the name of an image`);
    const host = registryOf(reference);
    const { credential } = await credentials.find(host, reference.name.slice(host.length + 1));
    const { plainHTTP, ca: own } = hosts.settings(host);
    const ca = own === undefined && !env['NODE_EXTRA_CA_CERTS'] ? undefined : trusted(own).join('\n');
    const auths = credential === undefined ? {} : { [helperServer(host)]: entryOf(credential) };
    return { plainHTTP, ca, dockerConfig: JSON.stringify({ auths }) };
  };
}
