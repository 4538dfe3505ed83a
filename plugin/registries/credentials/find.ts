/**
 * The credential for a repository: the first that the places of files.ts have. In one file a helper for the host comes
 * before what is written there, as with docker.
 */
import { failure } from '../../diagnostics/failure.ts';
import type { DockerConfig, DockerConfigAuth } from '../../schemas/docker-config.generated.ts';
import type { Credential, Lookup } from '../credential.ts';
import { type CredentialFile, credentialFiles } from './files.ts';
import { askHelper } from './helper.ts';
import { bestKey, helperServer } from './keys.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `user:password` in base64, as docker writes it; undefined when it is none. */
function decodeBasic(auth: string): readonly [user: string, password: string] | undefined {
  const text = Buffer.from(auth, 'base64').toString().replace(/\0+$/u, '');
  const colon = text.indexOf(':');
  return colon <= 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

/** What is written in a file under one key; undefined when it holds no secret (docker leaves such entries for helpers). */
function written(entry: DockerConfigAuth, key: string, file: string): Credential | undefined {
  const source = `auths of ${file}`;
  const { auth = '', username = '', password = '', identitytoken = '', registrytoken = '' } = entry;
  if (registrytoken !== '') return { kind: 'bearer', user: '', secret: registrytoken, source };
  if (identitytoken !== '') return { kind: 'identity', user: '', secret: identitytoken, source };
  if (auth !== '') {
    const pair = decodeBasic(auth);
    if (pair === undefined) {
      throw failure('registries-invalid', `auths["${key}"].auth in ${file} is not user:password in base64`);
    }
    const [user, secret] = pair;
    if (user === '<token>') return { kind: 'identity', user: '', secret, source };
    return { kind: 'password', user, secret, source };
  }
  return username !== '' && password !== ''
    ? { kind: 'password', user: username, secret: password, source }
    : undefined;
}

/** Finds credentials. Reads the files once; asks each helper once for a host. */
export class Credentials {
  readonly #env: Environment;
  #files: readonly CredentialFile[] | undefined;
  readonly #helpers = new Map<string, Promise<Credential | undefined>>();

  constructor(env: Environment) {
    this.#env = env;
  }

  async #ask(helper: string, host: string, source: string): Promise<Credential | undefined> {
    const key = `${helper} ${host} ${source}`;
    const known = this.#helpers.get(key);
    if (known) return await known;
    const asked = askHelper({ helper, server: helperServer(host), source, env: this.#env });
    this.#helpers.set(key, asked);
    return await asked;
  }

  async #inFile(config: DockerConfig, file: string, host: string, repository: string): Promise<Credential | undefined> {
    const { credHelpers = {}, auths = {}, credsStore = '' } = config;
    const helperKey = bestKey(Object.keys(credHelpers), host, '');
    const helper = helperKey === undefined ? '' : (credHelpers[helperKey] ?? '');
    if (helper !== '') return await this.#ask(helper, host, `credHelpers of ${file}`);
    const key = bestKey(Object.keys(auths), host, repository);
    const entry = key === undefined ? undefined : auths[key];
    const found = entry && written(entry, key ?? '', file);
    if (found) return found;
    return credsStore === '' ? undefined : await this.#ask(credsStore, host, `credsStore of ${file}`);
  }

  /**
   * The credential for a repository at a host (`docker.io`), and where was looked. Failures `registries-invalid` for a
   * file that cannot be used, `registry-credentials` for a helper that failed.
   */
  async find(host: string, repository: string): Promise<Lookup> {
    this.#files ??= credentialFiles(this.#env);
    for (const { name, config } of this.#files) {
      const credential = config && (await this.#inFile(config, name, host.toLowerCase(), repository));
      if (credential) return { credential, places: [] };
    }
    return { places: this.#files.map(({ name, config }) => (config ? name : `${name} (not there)`)) };
  }
}
