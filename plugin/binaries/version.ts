/**
 * Which version a program is. A version that Waybill was not made for may print other bytes without saying so, so it
 * is refused before its output is used.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Binaries, Binary } from './binaries.ts';
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

/**
 * The result of a run of a program, beside which its version is checked, so that the check costs no time of its own. A
 * version that is not supported is told first: it explains whatever else went wrong.
 */
export async function ofSupportedVersion<Result>(run: Promise<Result>, check: Promise<string>): Promise<Result> {
  const [ended, version] = await Promise.allSettled([run, check]);
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
