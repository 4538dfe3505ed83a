/**
 * Reading YAML and JSON with exactly the meaning that Kubernetes gives them (sigs.k8s.io/yaml).
 *
 * A file is cut into documents at its `---` lines, as Kubernetes does, and each is read on its own.
 */
import { failure } from '../diagnostics/failure.ts';
import { compose } from './compose.ts';
import type { ReadOptions, YamlDocument } from './document.ts';
import { parseDocuments } from './library.ts';
import { type Chunk, locationAt } from './lines.ts';
import { createLocator } from './locate.ts';
import { splitDocuments } from './split.ts';

/**
 * The documents of a YAML or JSON file, in order; empty and null documents are left out. Integers beyond 2^53 are
 * bigint. Failure `yaml-syntax` (with line and column), `yaml-duplicate-key`, `alias-limit`.
 */
export function readYaml(text: string, options: ReadOptions): YamlDocument[] {
  return splitDocuments(text, options.file).flatMap((chunk) => readChunk(chunk, options));
}

function readChunk(chunk: Chunk, options: ReadOptions): YamlDocument[] {
  const documents = parseDocuments(chunk.text.slice(chunk.start, chunk.end));
  const problem = documents.flatMap(({ problems }) => problems)[0];
  if (problem) {
    throw failure('yaml-syntax', problem.message, {
      location: locationAt(chunk, chunk.start + problem.start, chunk.start + problem.end),
    });
  }
  return documents.flatMap(({ contents }) => {
    const value = compose(contents, chunk, options);
    if (value === null) return [];
    const line = chunk.line;
    return [{ value, line, locate: createLocator(chunk, line) }];
  });
}
