/**
 * A text inside a file: settings are YAML inside YAML, and expressions and templates stand inside that. Every text
 * knows how its own lines and columns translate to the file's.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import type { Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';

/** From a line and column (from 1) of a text to its place in the file. */
type LocateText = (line: number, column?: number, endColumn?: number) => Location;

/** A text and where it stands. */
export interface NestedText {
  readonly text: string;
  readonly locate: LocateText;
}

/**
 * The locator of a scalar's content, given the lines of the text that holds it and where the scalar begins there.
 * A block scalar (`|`) keeps its lines and a plain or quoted one on a single line its columns; for others the place
 * of the scalar must do.
 */
function locateScalar(lines: readonly string[], at: Location, text: string): LocateText {
  const first = at.line ?? 1;
  const start = at.column ?? 1;
  const header = lines[first - 1]?.slice(start - 1) ?? '';
  if (/^\|[-+\d]*\s*(?:#.*)?$/u.test(header)) {
    const content = lines.slice(first).find((line) => line.trim() !== '') ?? '';
    const indent = content.length - content.trimStart().length;
    return (line, column = 1, endColumn = column + 1) => ({
      file: at.file,
      line: first + line,
      column: indent + column,
      endColumn: indent + endColumn,
    });
  }
  const quote = /^["']/u.test(header) ? 1 : 0;
  if (!header.startsWith(text, quote)) return () => at;
  return (_line, column = 1, endColumn = column + 1) => ({
    file: at.file,
    line: first,
    column: start + quote + column - 1,
    endColumn: start + quote + endColumn - 1,
  });
}

/** A YAML document inside a text. */
export interface NestedYaml {
  readonly value: Json;
  /** Where a value, or its key, stands in the file. */
  locate(path: Path, what?: 'key' | 'value'): Location;
  /** The scalar at a path, to look into; undefined when it is no text. */
  textAt(path: Path, value: Json | undefined): NestedText | undefined;
}

/** A document of a file, to be looked into like a nested one. `lines` are the file's. */
export function nestedIn(document: YamlDocument, lines: readonly string[]): NestedYaml {
  return {
    value: document.value,
    locate: (path, what) => document.locate(path, what),
    textAt(path, value) {
      if (typeof value !== 'string') return undefined;
      return { text: value, locate: locateScalar(lines, document.locate(path), value) };
    },
  };
}

/** Reads the YAML in a text; its first document, null when there is none. Failure `yaml-syntax`, placed in the file. */
export function readNested({ text, locate }: NestedText): NestedYaml {
  const inside = (at: Location): Location => locate(at.line ?? 1, at.column, at.endColumn);
  const [document] = readYaml(text, { file: '', duplicateKeys: 'last-wins' });
  const lines = text.split(/\r?\n/u);
  const own = (path: Path, what?: 'key' | 'value'): Location =>
    document ? document.locate(path, what) : { file: '', line: 1 };
  return {
    value: document?.value ?? null,
    locate: (path, what) => inside(own(path, what)),
    textAt(path, value) {
      if (typeof value !== 'string') return undefined;
      const at = locateScalar(lines, own(path), value);
      return { text: value, locate: (line, column, endColumn) => inside(at(line, column, endColumn)) };
    },
  };
}
