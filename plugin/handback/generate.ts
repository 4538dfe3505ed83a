/**
 * The files of a pattern, by its name.
 */
import type { HandbackConfig } from './config.ts';
import type { HandbackFileText } from './job.ts';
import { patterns } from './patterns.ts';

/** The names of all patterns. */
export const patternNames: readonly string[] = patterns.map(({ name }) => name);

/** The files of the pattern of that name, each path once; none for a name that is not in {@link patternNames}. Failure `handback-missing`. */
export function generateFiles(name: string, config: HandbackConfig): HandbackFileText[] {
  const files = patterns.find((one) => one.name === name)?.generate(config) ?? [];
  const paths = new Set<string>();
  return files.filter(({ path }) => !paths.has(path) && paths.add(path));
}
