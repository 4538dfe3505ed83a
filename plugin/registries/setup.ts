/**
 * What registries would be asked with, without asking one: for `waybill doctor`, and where the disk cache is.
 */
import { join } from 'node:path';
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

/**
 * The folder of the disk cache: below WAYBILL_CACHE, else XDG_CACHE_HOME/waybill, else ~/.cache/waybill. Undefined when
 * the environment names none of them.
 */
export function registryCacheFolder(env: Environment): string | undefined {
  const { WAYBILL_CACHE: own, XDG_CACHE_HOME: xdg, HOME: home } = env;
  const caches = xdg || (home ? join(home, '.cache') : '');
  const folder = own || (caches === '' ? '' : join(caches, 'waybill'));
  return folder === '' ? undefined : join(folder, 'registries');
}
