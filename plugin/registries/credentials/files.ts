/**
 * The files that hold registry credentials, in the order in which they are looked into, each in the form of docker's
 * config.json. The formats are those of docker login, podman login (containers-auth.json(5)) and Kubernetes' pull secrets.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { homeFolder } from '../../files/cache-folder.ts';
import type { DockerConfig } from '../../schemas/docker-config.generated.ts';
import { validate } from '../../schemas/docker-config.validate.generated.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file of credentials (or a variable that holds the text of one). */
export interface CredentialFile {
  /** Path, or `$DOCKER_AUTH_CONFIG`. */
  readonly name: string;
  /** Undefined: there is no such file. */
  readonly config: DockerConfig | undefined;
}

const largest = 1024 * 1024;
/** What Kubernetes calls the key of a pull secret, today and formerly; and docker's own file. */
const secretKeys = ['.dockerconfigjson', '.dockercfg', 'config.json'];

function invalid(name: string, why: string): Error {
  // Never the text itself, nor the parser's message: both may hold the secret.
  return failure('registries-invalid', `${name} has registry credentials in a form that cannot be read: ${why}`, {
    help: ["The form is that of docker's config.json: docs/registries.md."],
  });
}

/** Reads the text of a file. `legacy`: the hosts are not below `auths` (.dockercfg). Failure `registries-invalid`. */
function parseConfig(text: string, name: string, legacy = false): DockerConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(name, 'it is not JSON');
  }
  const config = legacy ? { auths: value } : value;
  if (validate(config)) return config;
  const [first] = validate.errors ?? [];
  throw invalid(name, `${first?.instancePath || 'the whole'} is of another type than it should be`);
}

function read(path: string): CredentialFile {
  let text: string;
  try {
    if (statSync(path).size > largest) throw invalid(path, `it has more than ${largest} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { name: path, config: undefined };
    if (code === '') throw error;
    throw failure('registries-invalid', `${path} has registry credentials and cannot be read (${code})`);
  }
  return { name: path, config: parseConfig(text, path, basename(path) === '.dockercfg') };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** One entry of WAYBILL_PULL_SECRETS: a file, or the folder that a secret is mounted at. */
function readPullSecret(path: string): CredentialFile {
  const variable = 'WAYBILL_PULL_SECRETS';
  // The plugin runs inside the application's directory, where its author writes.
  if (!isAbsolute(path)) throw failure('registries-invalid', `${variable} names ${path}; expected an absolute path`);
  if (isFile(path)) return read(path);
  const inFolder = secretKeys.map((key) => join(path, key)).find(isFile);
  if (inFolder !== undefined) return read(inFolder);
  throw failure('registries-invalid', `${variable} names ${path}, where no pull secret is`, {
    help: [`Looked for a file, and for ${secretKeys.join(', ')} in a folder of this name.`],
  });
}

/** Absolute paths of the files that logins write. */
function loginFiles(env: Environment): string[] {
  const home = homeFolder(env) ?? '/';
  const { DOCKER_CONFIG: docker, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config, REGISTRY_AUTH_FILE: file } = env;
  return [
    ...(file ? [file] : []),
    join(docker || join(home, '.docker'), 'config.json'),
    ...(runtime ? [join(runtime, 'containers/auth.json')] : []),
    join(config || join(home, '.config'), 'containers/auth.json'),
  ];
}

/** All places, in order; those that do not exist too. Failure `registries-invalid` for one that cannot be used. */
export function credentialFiles(env: Environment): CredentialFile[] {
  const secrets = (env['WAYBILL_PULL_SECRETS'] ?? '').split(delimiter).filter((path) => path !== '');
  const text = env['DOCKER_AUTH_CONFIG'];
  return [
    ...secrets.map(readPullSecret),
    ...(text ? [{ name: '$DOCKER_AUTH_CONFIG', config: parseConfig(text, '$DOCKER_AUTH_CONFIG') }] : []),
    ...loginFiles(env).map(read),
  ];
}
