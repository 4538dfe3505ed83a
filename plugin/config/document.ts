/**
 * waybill.yaml and overlay files as read: the value, and where each part of it is written.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import type { Json } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import type { Locate } from '../schemas/problems.ts';
import type { Where } from '../templates/scope.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readYaml } from '../yaml/read.ts';
import { checkReadings } from '../yaml/two-readings.ts';

/** Limits of reading YAML, from the policy. */
export interface YamlLimits {
  readonly aliasExpansion: number;
  readonly nodes: number;
}

/** One YAML document that people wrote for Waybill. */
export interface AuthoredDocument {
  readonly value: Json;
  readonly locate: Locate;
  /** Where templates in the scalar at `path` stand. */
  where(path: Path): Where;
}

/** A block scalar's expression stands some lines below the scalar's beginning; further than this nobody looks. */
const LINES_SEARCHED = 200;

/** The place of `expression` at or after `start`, or `start` when it cannot be found (escaped, folded). */
function narrow(text: string, start: Location, expression: string): Location {
  if (start.line === undefined) return start;
  const lines = text.split('\n', start.line + LINES_SEARCHED);
  for (let line = start.line; line <= lines.length; line += 1) {
    const column = lines[line - 1]?.indexOf(expression, line === start.line ? (start.column ?? 1) - 1 : 0) ?? -1;
    if (column >= 0) {
      return { file: start.file, line, column: column + 1, endColumn: column + 1 + expression.length };
    }
  }
  return start;
}

/**
 * `host: {{ values.host }}` without quotes is a mapping for YAML, whose message then speaks of mappings: this says what
 * was meant.
 */
function withQuotingHint(error: Failure, text: string): Failure {
  return new Failure(
    error.diagnostics.map((diagnostic) => {
      const line = text.split('\n')[(diagnostic.location?.line ?? 0) - 1] ?? '';
      if (diagnostic.code !== 'yaml-syntax' || !/[\s,:[-]\{\{/u.test(line)) return diagnostic;
      return {
        ...diagnostic,
        help: [...(diagnostic.help ?? []), 'A text with {{ }} needs quotes: "{{ values.host }}".'],
      };
    }),
  );
}

/** The documents of a file. Failures of reading (`file-…`) and of YAML (`yaml-…`, `alias-limit`), `yaml-two-readings` among them. */
export function readAuthored(tree: FileTree, file: string, limits: YamlLimits | undefined): AuthoredDocument[] {
  const text = tree.readText(file);
  let documents: YamlDocument[];
  try {
    documents = readYaml(text, { file, duplicateKeys: 'error', ...(limits ? { limits } : {}) });
    checkReadings(text, file);
  } catch (error) {
    throw error instanceof Failure ? withQuotingHint(error, text) : error;
  }
  return documents.map((document) => {
    const locate: Locate = (path, what) => document.locate(path, what);
    return {
      value: document.value,
      locate,
      where: (path) => (expression) => {
        const start = locate(path);
        return expression === undefined ? start : narrow(text, start, expression);
      },
    };
  });
}
