/**
 * Reading YAML and JSON with exactly the meaning that Kubernetes gives them (sigs.k8s.io/yaml).
 *
 * A file is cut into documents at its `---` lines, as Kubernetes does. Ordinary documents are read by the fast
 * reader (plain-subset/); what it declines, and every error, is the business of the `yaml` package.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Json } from '../resources/json.ts';
import { compose } from './compose.ts';
import { foreignPlace } from './dialect.ts';
import type { ReadOptions, YamlDocument } from './document.ts';
import { type ParsedDocument, parseDocuments, type SyntaxProblem } from './library.ts';
import { type Chunk, countLines, locationAt } from './lines.ts';
import { createLocator } from './locate.ts';
import { checkLibraryNodes, DEFAULT_NODES, withinNodes } from './nodes.ts';
import { readPlainSubset } from './plain-subset/read.ts';
import { splitDocuments } from './split.ts';

/**
 * The documents of a YAML or JSON file, in order: YAML documents, concatenated JSON objects, JSON lines, or a
 * mixture separated by `---`. Empty and null documents are left out. Integers beyond 2^53 are bigint.
 * Failure `yaml-syntax` (with line and column), `yaml-duplicate-key`, `alias-limit`, `limit-nodes`.
 */
export function readYaml(text: string, options: ReadOptions): YamlDocument[] {
  const documents: YamlDocument[] = [];
  const nodes = options.limits?.nodes ?? DEFAULT_NODES;
  // Kubernetes' decoder reads a run of objects only at the beginning of a file, before the first `---`.
  let isJson = /^\s*\{/u.test(text);
  for (const chunk of splitDocuments(text, options.file)) {
    const roots: number[] = [];
    // Counted on from the document before: a chunk may hold thousands of JSON objects.
    let { line, start } = chunk;
    const add = ({ value, offset, isMarked }: { value: Json; offset: number; isMarked?: boolean }) => {
      line += countLines(chunk.text, start, offset);
      start = offset;
      // Only a file with directives is in one piece, with separators inside.
      const isNext = isMarked === true && /^---/mu.test(chunk.text.slice(roots.at(-1) ?? offset, offset));
      if (!isNext) roots.push(offset);
      if (value === null) return;
      documents.push({ value, line, locate: createLocator(chunk, offset, line) });
    };
    const { found, rest } = withinNodes(chunk, nodes, () => {
      return readPlainSubset(chunk.text, chunk.start, chunk.end, nodes);
    });
    found.forEach(add);
    if (rest !== undefined) {
      const part = { ...chunk, start: rest, line: line + countLines(chunk.text, start, rest) };
      nestedTooDeeply(part, () => readWithLibrary(part, options)).forEach(add);
    }
    checkRoots(chunk, roots, isJson);
    isJson = false;
  }
  return documents;
}

/** Failure `yaml-syntax` for a second value (they begin at `roots`) that Kubernetes would pass over in silence. */
function checkRoots(chunk: Chunk, roots: readonly number[], isJson: boolean): void {
  const isObject = (offset: number): boolean => chunk.text.charAt(offset) === '{';
  const unseen = roots.find((offset, index) => index > 0 && !(isJson && isObject(offset)));
  if (unseen !== undefined) {
    throw failure('yaml-syntax', 'Kubernetes reads nothing behind the first object: begin the next one with `---`', {
      location: locationAt(chunk, unseen),
    });
  }
}

const tooDeep = 'lists and mappings are nested too deeply';

/** Runs `work`; a text so deep that the stack does not hold it is an error of the text. */
function nestedTooDeeply<Result>(chunk: Chunk, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw failure('yaml-syntax', tooDeep, {
      location: locationAt(chunk, chunk.start),
    });
  }
}

function readWithLibrary(chunk: Chunk, options: ReadOptions) {
  const text = chunk.text.slice(chunk.start, chunk.end);
  checkLibraryNodes(chunk, text, options.limits?.nodes ?? DEFAULT_NODES);
  const documents = parseDocuments(text);
  const problem = documents.flatMap(({ problems }) => problems)[0] ?? foreignPlace(text) ?? secondDocument(documents);
  if (problem) {
    // The library catches the overflow of the stack and passes on V8's words for it.
    throw failure('yaml-syntax', /call stack/u.test(problem.message) ? tooDeep : problem.message, {
      // The end of the text is on its last line, not on the one behind it.
      location: locationAt(chunk, Math.min(chunk.start + problem.start, chunk.end - 1), chunk.start + problem.end),
    });
  }
  return documents.map(({ contents, offset, isMarked }) => ({
    value: compose(contents, chunk, options),
    offset: chunk.start + offset,
    isMarked,
  }));
}

/** What follows `...` without a `---` Kubernetes never sees, so nobody may mean it. */
function secondDocument(documents: readonly ParsedDocument[]): SyntaxProblem | undefined {
  const second = documents.filter(({ contents }) => contents !== null)[1];
  if (!second || second.isMarked) return undefined;
  const message = 'Kubernetes reads nothing behind `...`: begin the next document with `---`';
  return { message, start: second.offset, end: second.offset + 1 };
}
