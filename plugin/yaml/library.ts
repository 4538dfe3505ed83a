/**
 * The `yaml` package, wrapped: everything that needs its parser comes through here. It is asked for nodes
 * with text only (the failsafe schema); what they mean is scalars.ts' business.
 */
import type { Alias, Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { load } from './yaml.cjs';

export type { Alias, Pair, Scalar, YAMLMap, YAMLSeq };

let loaded: ReturnType<typeof load> | undefined;

function library(): ReturnType<typeof load> {
  return (loaded ??= load());
}

/** The package's own test for an alias node. */
export function isAlias(node: unknown): node is Alias {
  return library().isAlias(node);
}

/** The package's own test for a mapping node. */
export function isMap(node: unknown): node is YAMLMap {
  return library().isMap(node);
}

/** The package's own test for an entry of a mapping. */
export function isPair(node: unknown): node is Pair {
  return library().isPair(node);
}

/** The package's own test for a scalar node. */
export function isScalar(node: unknown): node is Scalar {
  return library().isScalar(node);
}

/** The package's own test for a list node. */
export function isSeq(node: unknown): node is YAMLSeq {
  return library().isSeq(node);
}

/** A syntax error, with offsets in the parsed text. */
export interface SyntaxProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** One parsed document: its root node (null when empty), and what is wrong with it. */
export interface ParsedDocument {
  readonly contents: unknown;
  /** Where the root node starts in the parsed text. */
  readonly offset: number;
  /** Whether it begins with `---`. */
  readonly isMarked: boolean;
  readonly problems: readonly SyntaxProblem[];
}

function problemsOf(document: Document): SyntaxProblem[] {
  const problems = document.errors.map(({ message, pos: [start, end] }) => ({ message, start, end }));
  const { yaml } = document.directives ?? {};
  if (yaml?.explicit && yaml.version !== '1.1') {
    problems.push({
      message: `Kubernetes reads YAML 1.1, not ${yaml.version}: remove the directive`,
      start: 0,
      end: 1,
    });
  }
  return problems;
}

const options = {
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** What the lexer calls a token of its own although it is a mark of the document's form. */
const marks = new Set(['\u0002', '\u0018', '\u001F']);

/**
 * How many values and marks (`-`, `:`, `,`, brackets) a text has, which is at least the number of its nodes; counted up to
 * `most`.
 */
export function countTokens(text: string, most: number): number {
  let count = 0;
  for (const token of new (library().Lexer)().lex(text)) {
    if (!marks.has(token) && token.trim() !== '') count += 1;
    if (count > most * 2) break;
  }
  // Each value comes with at least one mark or line.
  return Math.ceil(count / 2);
}

/** Parses a stream of YAML documents. Nodes carry `range` offsets; scalars are strings with their style in `type`. */
export function parseDocuments(text: string): ParsedDocument[] {
  const documents = library().parseAllDocuments(text, options);
  return Array.isArray(documents)
    ? documents.map((document) => ({
        contents: document.contents,
        offset: document.contents?.range?.[0] ?? document.range[0],
        isMarked: document.directives?.docStart === true,
        problems: problemsOf(document),
      }))
    : [];
}

/** The tokens of a text, in order: pieces of the text itself, and single control characters between them (CST of the package). */
export function createLexer(text: string): Iterable<string> {
  const { Lexer } = library();
  return new Lexer().lex(text);
}
