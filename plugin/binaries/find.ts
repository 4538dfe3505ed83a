/**
 * Finds the program to run. Done here, not by the operating system at the start of the process, because the child
 * gets a PATH of its own, and because a missing program deserves an answer that helps.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Binaries, Binary } from './binaries.ts';

/** What is known about a program before it is looked for. */
export interface Wanted {
  readonly name: string;
  /** The variable that names it in place of PATH. */
  readonly variable: string;
  /** What people read when it is missing: which one is needed, and where it comes from. */
  readonly howToGet: string;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of the first executable of this name on PATH; undefined when there is none. */
export function lookOnPath(name: string, env: Binaries['env']): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find((candidate) => isExecutable(candidate));
}

/**
 * The executable that the variable names, else the first on PATH; undefined when PATH has none. Failure
 * `binary-missing` when the variable names something else than an executable.
 */
export function lookForBinary(wanted: Wanted, { env }: Pick<Binaries, 'env'>): Binary | undefined {
  const { name, variable, howToGet } = wanted;
  const named = env[variable];
  if (named) {
    // Relative to whatever folder happens to be current would mean the application's own files.
    if (isAbsolute(named) && isExecutable(named)) return { name, path: named };
    const why = isAbsolute(named) ? 'is not an executable file' : 'is not an absolute path';
    throw failure('binary-missing', `${variable} names ${named}, which ${why}`, { help: [howToGet] });
  }
  const path = lookOnPath(name, env);
  return path === undefined ? undefined : { name, path };
}

/** The executable as {@link lookForBinary} finds it. `location` is what asks for it. Failure `binary-missing`. */
export function findBinary(wanted: Wanted, binaries: Pick<Binaries, 'env'>, location?: Location): Binary {
  const found = lookForBinary(wanted, binaries);
  if (found) return found;
  const { name, variable, howToGet } = wanted;
  throw failure('binary-missing', `${name} is needed here and is not installed`, {
    location,
    help: [howToGet, `Looked for ${name} in the folders of PATH; ${variable} may name it instead.`],
  });
}
