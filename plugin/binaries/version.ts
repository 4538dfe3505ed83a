/**
 * Which version a program is. A version that Waybill was not made for may print other bytes without saying so, so it
 * is refused before its output is used.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Binaries, Binary } from './binaries.ts';
import { type BuildInfo, readBuildInfo } from './build-info.ts';
import { childEnvironment } from './environment.ts';
import { runBinary } from './run.ts';
import type { Scratch } from './scratch.ts';

/** How a program names its version, and which are supported. */
export interface Versioned {
  readonly args: readonly string[];
  /** Supported major versions. */
  readonly majors: readonly number[];
  readonly howToGet: string;
}

/** A program that can be recognized by its executable. */
export interface Recognizable extends Versioned {
  /** The path of its main package, with the major version in a group. */
  readonly package: RegExp;
}

/** What executables say of themselves, by path: one process renders many times with the same program. */
const built = new Map<string, BuildInfo | undefined>();

function buildInfo(path: string): BuildInfo | undefined {
  if (!built.has(path)) built.set(path, readBuildInfo(path));
  return built.get(path);
}

/** The versions of the modules of an executable; undefined when it does not say them. */
export function modulesOf(path: string): ReadonlyMap<string, string> | undefined {
  return buildInfo(path)?.modules;
}

/** Whether the executable itself says that it is of a supported version. */
function isRecognized({ path }: Binary, wanted: Recognizable): boolean {
  const major = wanted.package.exec(buildInfo(path)?.package ?? '')?.[1];
  return major !== undefined && wanted.majors.includes(Number(major));
}

/**
 * The result of a run of a program of a supported version. An executable that does not say which it is is asked for its
 * version beside the run, so that the question takes no time of its own. A version that is not supported is told first:
 * it explains whatever else went wrong. Failure as {@link supportedVersion}.
 */
export async function ofSupportedVersion<Result>(
  run: Promise<Result>,
  binary: Binary,
  wanted: Recognizable,
  scratch: Scratch,
  binaries: Binaries,
): Promise<Result> {
  if (isRecognized(binary, wanted)) return await run;
  const [ended, version] = await Promise.allSettled([run, supportedVersion(binary, wanted, scratch, binaries)]);
  if (version.status === 'rejected') throw version.reason;
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}

/** Versions by path: one process (`validate`, `diff`) renders many times with the same program. */
const checked = new Map<string, string>();

/** The version that the program prints, without the leading `v`. Failure `binary-version` when it is not a supported one. */
export async function supportedVersion(
  binary: Binary,
  wanted: Versioned,
  scratch: Scratch,
  binaries: Binaries,
): Promise<string> {
  const before = checked.get(binary.path);
  if (before !== undefined) return before;
  const env = childEnvironment(scratch, binaries, false);
  const { stdout } = await runBinary({ binary, args: wanted.args, cwd: scratch.files, env }, binaries);
  // A helm made by `go install` knows its major and minor version only: v4.3.
  const version = /v?(\d+)\.\d+(?:\.\d+)?(?:[-+][\w.+-]*)?/u.exec(stdout);
  const known = wanted.majors.map((major) => `v${major}`).join(' or ');
  if (!version || !wanted.majors.includes(Number(version[1]))) {
    const said = version?.[0] ?? JSON.stringify(stdout.trim().slice(0, 80));
    throw failure('binary-version', `${binary.path} is ${binary.name} ${said}; ${known} is needed`, {
      help: [wanted.howToGet],
    });
  }
  const supported = version[0].replace(/^v/u, '');
  checked.set(binary.path, supported);
  return supported;
}
