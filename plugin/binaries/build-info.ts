/**
 * Which program an executable is, without starting it: Go's linker writes the main package and the versions of all
 * modules into it (https://pkg.go.dev/debug/buildinfo). Starting helm only to ask for its version costs as much
 * processor time as a small render.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** What an executable was built from. */
export interface BuildInfo {
  /** The main package: `sigs.k8s.io/kustomize/kustomize/v5`. */
  readonly package: string;
  /** The version of each module by its path, the main module's too, as the build found it: `v5.8.1`, `(devel)`. */
  readonly modules: ReadonlyMap<string, string>;
}

const SECTION = '.go.buildinfo';
const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');

/** Set where the texts follow in the section itself, as since Go 1.18. */
const INLINE = 2;

/** Where the texts begin in the section. */
const HEADER = 32;

/** Bytes around the list of modules. */
const SENTINEL = 16;

/** The most that is read of any part. helm's list of modules has 12 KB. */
const LARGEST = 1024 * 1024;

/** Reads bytes of the file. */
type Read = (offset: number, length: number) => Buffer | undefined;

function reader(file: number): Read {
  return (offset, length) => {
    if (!Number.isSafeInteger(offset) || length > LARGEST) return undefined;
    const bytes = Buffer.alloc(length);
    return readSync(file, bytes, 0, length, offset) === length ? bytes : undefined;
  };
}

/** A section of a 64-bit little-endian ELF file: Linux on amd64 and arm64. Undefined for other files. */
function sectionOf(read: Read, name: string): Buffer | undefined {
  const header = read(0, 64);
  if (header?.readUInt32BE(0) !== 0x7f_45_4c_46 || header[4] !== 2 || header[5] !== 1) return undefined;
  const [size, count, namesIndex] = [header.readUInt16LE(58), header.readUInt16LE(60), header.readUInt16LE(62)];
  if (size < 64 || namesIndex >= count) return undefined;
  const table = read(Number(header.readBigUInt64LE(40)), size * count);
  if (!table) return undefined;
  const contentOf = (index: number): Buffer | undefined => {
    const at = index * size;
    return read(Number(table.readBigUInt64LE(at + 24)), Number(table.readBigUInt64LE(at + 32)));
  };
  const names = contentOf(namesIndex);
  if (!names) return undefined;
  const wanted = `${name}\0`;
  for (let index = 0; index < count; index += 1) {
    const start = table.readUInt32LE(index * size);
    if (names.toString('latin1', start, start + wanted.length) === wanted) return contentOf(index);
  }
  return undefined;
}

/** The text at `offset`, after its length as a varint, and the offset after it. */
function textAt(bytes: Buffer, offset: number): readonly [text: Buffer, end: number] | undefined {
  let [length, shift, at] = [0, 0, offset];
  for (let byte = 0x80; byte >= 0x80; at += 1, shift += 7) {
    byte = bytes[at] ?? 0;
    if (shift > 28) return undefined;
    length += (byte % 0x80) * 2 ** shift;
  }
  return at + length <= bytes.length ? [bytes.subarray(at, at + length), at + length] : undefined;
}

function parse(text: string): BuildInfo | undefined {
  const modules = new Map<string, string>();
  let main: string | undefined;
  let last = '';
  for (const line of text.split('\n')) {
    const [kind, name = '', version = ''] = line.split('\t');
    if (kind === 'path') main = name;
    if (kind === 'mod' || kind === 'dep') {
      modules.set(name, version);
      last = name;
    }
    // Replaced: what the line before names is not what was built.
    if (kind === '=>') modules.set(last, `${name} ${version}`.trim());
  }
  return main === undefined ? undefined : { package: main, modules };
}

/**
 * What an executable says it was built from. Undefined for what no Go linker made for Linux, for what says nothing,
 * and for what cannot be read: the caller then has to start it.
 */
export function readBuildInfo(path: string): BuildInfo | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const section = sectionOf(reader(file), SECTION);
    if (!section?.subarray(0, MAGIC.length).equals(MAGIC) || ((section[15] ?? 0) & INLINE) === 0) return undefined;
    const goVersion = textAt(section, HEADER);
    const [modules] = (goVersion && textAt(section, goVersion[1])) ?? [];
    return modules && parse(modules.toString('utf8', SENTINEL, Math.max(SENTINEL, modules.length - SENTINEL)));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
