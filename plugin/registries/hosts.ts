/**
 * The operator's hosts file (docs/registries.md): which registries have mirrors, an authority of their own, or speak
 * plain http. Only an option or the variable WAYBILL_REGISTRIES names it, never a repository.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { decodeText } from '../files/text.ts';
import { check } from '../schemas/problems.ts';
import type { RegistriesFile } from '../schemas/registries.generated.ts';
import { validate } from '../schemas/registries.validate.generated.js';
import { readYaml } from '../yaml/read.ts';

/** A registry that has copies. */
interface Mirror {
  /** Host and port. */
  readonly host: string;
  /** Put before the repository's name: empty, or such as `dockerhub/`. */
  readonly prefix: string;
  /** Whether it knows every tag. */
  readonly tags: boolean;
}

/** How one host is reached. */
interface HostSettings {
  readonly plainHTTP: boolean;
  /** Authorities (PEM) beside the usual ones. */
  readonly ca?: string;
  readonly mirrors: readonly Mirror[];
  readonly onlyMirrors: boolean;
}

/** What the hosts file says. */
export interface Hosts {
  /** Absolute path; undefined without a file. */
  readonly file?: string;
  /** Whether the file names the host. */
  names(host: string): boolean;
  settings(host: string): HostSettings;
}

const plain: HostSettings = { plainHTTP: false, mirrors: [], onlyMirrors: false };

/** Docker Hub is called docker.io in images' names, and by two other names elsewhere. */
function hostKey(host: string): string {
  const key = host.toLowerCase();
  return key === 'registry-1.docker.io' || key === 'index.docker.io' ? 'docker.io' : key;
}

function readBytes(file: string, what: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('registries-invalid', `${what} cannot be read: ${reason}`);
  }
}

function parse(file: string): RegistriesFile {
  const text = decodeText(file, readBytes(file, 'the hosts file of registries'));
  const documents = readYaml(text, { file, duplicateKeys: 'error' });
  const [document] = documents;
  if (!document || documents.length > 1) {
    throw failure('registries-invalid', `the file has ${documents.length} documents; expected one`, {
      location: { file },
    });
  }
  return check<RegistriesFile>(validate, document.value, document.locate.bind(document), 'registries-invalid');
}

function settingsOf(file: string, entry: NonNullable<RegistriesFile['hosts']>[string]): HostSettings {
  const { plainHTTP = false, ca, mirrors = [], onlyMirrors = false } = entry;
  return {
    plainHTTP,
    onlyMirrors,
    ...(ca === undefined
      ? {}
      : { ca: new TextDecoder().decode(readBytes(resolve(dirname(file), ca), `ca in ${file}`)) }),
    mirrors: mirrors.map(({ location, tags = false }) => {
      const slash = location.indexOf('/');
      return slash < 0
        ? { host: location, prefix: '', tags }
        : { host: location.slice(0, slash), prefix: `${location.slice(slash + 1)}/`, tags };
    }),
  };
}

/**
 * The file that WAYBILL_REGISTRIES names. The plugin runs inside the application's directory, where its author writes:
 * Failure `registries-invalid` for a relative path.
 */
export function hostsVariable(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = env['WAYBILL_REGISTRIES'] || undefined;
  if (named === undefined || isAbsolute(named)) return named;
  throw failure('registries-invalid', `WAYBILL_REGISTRIES names ${named}; expected an absolute path`);
}

/**
 * Reads the hosts file; `path` is relative to the current folder, undefined for none. Failure `registries-invalid`:
 * not readable, or every mistake in it.
 */
export function readHosts(path: string | undefined): Hosts {
  if (path === undefined) return { names: () => false, settings: () => plain };
  const file = resolve(path);
  const { hosts = {} } = parse(file);
  const table = new Map(Object.entries(hosts).map(([host, entry]) => [hostKey(host), settingsOf(file, entry)]));
  return {
    file,
    names: (host) => table.has(hostKey(host)),
    settings: (host) => table.get(hostKey(host)) ?? plain,
  };
}
