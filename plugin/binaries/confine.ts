/**
 * The boundary of the kernel around a program: waybill-confine (sidecar/confine), which starts it so that it can read
 * and write what is listed and nothing else. It is a second wall: whatever is found in helm or kustomize, or was
 * overlooked by the checks before them, ends there.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Binaries, Binary } from './binaries.ts';
import { lookForBinary } from './find.ts';

/** What a program may do. Absolute paths; directories with everything below them. */
export interface Boundary {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Other programs that it starts; empty: it may start none. */
  readonly execute: readonly string[];
  /** Whether it may open connections, with what of the system it takes for that, git included. */
  readonly network: boolean;
}

/** What is started in place of a program: itself, or waybill-confine with it. */
export interface Start {
  readonly path: string;
  readonly args: readonly string[];
}

const confine = {
  name: 'waybill-confine',
  variable: 'WAYBILL_CONFINE',
  howToGet: "It is built from sidecar/confine, and is in the sidecar's image. It works on Linux.",
};

/** The exit code with which waybill-confine says that it started nothing. */
const NOTHING_STARTED = 125;

/** Bytes of memory that it may write to. Beside Waybill itself they fit the sidecar's 1 GiB. */
const MEMORY = 640 * 1024 * 1024;

/** Bytes of one file that it writes. */
const FILE_SIZE = 256 * 1024 * 1024;

/** Processors that it may keep busy for all of its time. */
const PROCESSORS = 8;

/** What of /etc a program reads that connects to others: names, certificates, users. Nothing secret. */
const NETWORK_FILES =
  'ssl pki ca-certificates crypto-policies resolv.conf hosts host.conf nsswitch.conf gai.conf passwd group services protocols gitconfig ssh alternatives localtime'
    .split(' ')
    .map((name) => `/etc/${name}`);
const NETWORK_PLACES = ['/run/systemd/resolve', '/dev/urandom', '/dev/random'];
const SYSTEM_PROGRAMS = ['/usr', '/bin', '/lib', '/lib64', '/nix/store'];

/** waybill-confine; undefined where there is none. Failure `binary-missing` when WAYBILL_CONFINE names something else. */
function look({ env }: Pick<Binaries, 'env'>): Binary | undefined {
  return process.platform === 'linux' ? lookForBinary(confine, { env }) : undefined;
}

/** Those that waybill-confine can be told of. */
function existing(list: readonly (string | undefined)[]): string[] {
  return list.filter((path): path is string => path !== undefined && isAbsolute(path) && existsSync(path));
}

function options(boundary: Boundary, { env, timeoutMs, memoryBytes, confinement }: Binaries): string[] {
  const { network } = boundary;
  const certificates = [env['SSL_CERT_FILE'], ...(env['SSL_CERT_DIR'] ?? '').split(':')];
  const read = [...boundary.read, ...(network ? existing([...NETWORK_FILES, ...NETWORK_PLACES, ...certificates]) : [])];
  const programs = network ? existing([...SYSTEM_PROGRAMS, ...(env['PATH'] ?? '').split(delimiter)]) : [];
  const execute = [...boundary.execute, ...programs];
  const seconds = Math.max(1, Math.ceil((timeoutMs ?? 60_000) / 1000));
  return [
    ...read.flatMap((path) => ['--read', path]),
    ...boundary.write.flatMap((path) => ['--write', path]),
    ...execute.flatMap((path) => ['--execute', path]),
    ...(network ? [] : ['--no-network']),
    ...(execute.length > 0 ? [] : ['--no-children']),
    '--memory',
    String(memoryBytes ?? MEMORY),
    '--file-size',
    String(FILE_SIZE),
    '--cpu',
    String(seconds * PROCESSORS),
    ...(confinement === 'required' ? [] : ['--best-effort']),
  ];
}

/**
 * How to start `program` behind `boundary`, as far as `binaries.confinement` wants it. Failure `confinement` when it is
 * required and waybill-confine is missing. `location` is what asks for the program.
 */
export function startBehind(
  boundary: Boundary,
  program: Binary,
  args: readonly string[],
  binaries: Binaries,
  location: Location | undefined,
): Start {
  const plain = { path: program.path, args };
  if (binaries.confinement === 'off') return plain;
  const found = look(binaries);
  if (found) return { path: found.path, args: [...options(boundary, binaries), '--', program.path, ...args] };
  if (binaries.confinement !== 'required') return plain;
  throw failure(
    'confinement',
    `${program.name} may run only behind a boundary of the kernel, and waybill-confine is missing`,
    {
      location,
      help: [confine.howToGet, `Looked for it in the folders of PATH; ${confine.variable} may name it instead.`],
    },
  );
}

/** Why waybill-confine started nothing; undefined when it did, or was not asked to. */
export function refusalIn(start: Start, program: Binary, exitCode: number, stderr: string): string | undefined {
  if (start.path === program.path || exitCode !== NOTHING_STARTED) return undefined;
  return /^waybill-confine: (.*)/u.exec(stderr)?.[1];
}

/**
 * What the boundary is on this machine; undefined without waybill-confine. `whole` says whether it is all of it, and
 * `detail` is in the program's own words. Failure `binary-missing` when WAYBILL_CONFINE names something else.
 */
export async function inspectBoundary(
  binaries: Pick<Binaries, 'env'>,
): Promise<{ readonly path: string; readonly whole: boolean; readonly detail: string } | undefined> {
  const found = look(binaries);
  if (!found) return undefined;
  return new Promise((resolve) => {
    execFile(found.path, ['--check'], { env: {}, timeout: 10_000 }, (error, stdout, stderr) => {
      const detail = (error ? stderr.replace(/^waybill-confine: /u, '') || error.message : stdout).trim();
      resolve({ path: found.path, whole: error === null, detail });
    });
  });
}
