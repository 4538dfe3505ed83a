/**
 * The files of a pattern, by its name.
 */
import { failure } from '../diagnostics/failure.ts';
import type { HandbackConfig } from './config.ts';
import type { HandbackFileText } from './job.ts';
import { patterns } from './patterns.ts';

/** The names of all patterns. */
export const patternNames: readonly string[] = patterns.map(({ name }) => name);

/** Programs that jobs call and the sidecar's image does not have. */
const tools = /\b(curl|jq) -/u;

/**
 * The files of the pattern of that name, each path once; none for a name that is not in {@link patternNames}. Failures
 * `handback-missing`, `handback-impossible`.
 */
export function generateFiles(name: string, config: HandbackConfig): HandbackFileText[] {
  const files = patterns.find((one) => one.name === name)?.generate(config) ?? [];
  if (config.file.testImage === undefined && files.some(({ text }) => tools.test(text))) {
    throw failure('handback-missing', `the pattern ${name} needs testImage here`, {
      location: config.locate([]),
      help: [
        "Its jobs call curl and jq, which the sidecar's image does not have: name an image that has them, sh and git.",
      ],
    });
  }
  const paths = new Set<string>();
  return files.filter(({ path }) => !paths.has(path) && paths.add(path));
}
