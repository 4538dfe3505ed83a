/**
 * What registries would be asked with, without asking one: for `waybill doctor`.
 */
import { lookOnPath } from '../binaries/find.ts';
import { hostsVariable, readHosts } from './hosts.ts';
import { credentialFiles } from './credentials/files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What was found. Names of places and hosts only, never a secret. */
export interface RegistrySetup {
  /** The operator's hosts file. */
  readonly hostsFile?: string;
  /** Places of credentials that exist, in order, with the hosts that they have something for. */
  readonly credentials: readonly { readonly place: string; readonly hosts: readonly string[] }[];
  /** Programs that these places name and PATH does not have. */
  readonly missingHelpers: readonly string[];
}

/** Looks. Failure `registries-invalid` for a file that cannot be used. */
export function inspectRegistries(env: Environment): RegistrySetup {
  const { file } = readHosts(hostsVariable(env));
  const places = credentialFiles(env).flatMap(({ name, config }) => (config ? [{ name, config }] : []));
  const credentials = places.map(({ name, config }) => {
    const { auths = {}, credHelpers = {}, credsStore = '' } = config;
    const hosts = new Set([...Object.keys(credHelpers), ...Object.keys(auths)]);
    return { place: name, hosts: [...hosts, ...(credsStore === '' ? [] : [`all that ${credsStore} has`])] };
  });
  const named = places.flatMap(({ config }) => Object.values(config.credHelpers ?? {}).concat(config.credsStore ?? ''));
  const helpers = [...new Set(named)].filter((name) => name !== '').map((name) => `docker-credential-${name}`);
  return {
    ...(file === undefined ? {} : { hostsFile: file }),
    credentials,
    missingHelpers: helpers.filter((name) => lookOnPath(name, env) === undefined),
  };
}
