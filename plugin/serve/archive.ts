/**
 * The repository that Argo CD sends: a gzip-ed tar, unpacked into memory. Argo CD's own sender makes plain archives;
 * whatever else stands in one was made by somebody who wants to write elsewhere, or to fill the memory, so the whole
 * archive is refused.
 */
import { gunzipSync } from 'node:zlib';
import type { TarHeader } from 'modern-tar';
import { failure } from '../diagnostics/failure.ts';
import { type MemoryEntry, MemoryStore } from '../files/memory.ts';
import { baseName, parentPath, resolvePath } from '../files/path.ts';

/** What an archive may hold. */
export interface ArchiveLimits {
  /** Bytes of the unpacked archive. */
  readonly bytes: number;
  /** Files, links and directories. */
  readonly entries: number;
}

/** What was unpacked. */
export interface Unpacked {
  readonly store: MemoryStore;
  readonly files: number;
  /** Bytes of all files. */
  readonly bytes: number;
}

/** The least that an entry costs in memory. */
const ENTRY_BYTES = 200;

/** Bytes of a tar archive for each entry, at the least. */
const HEADER_BYTES = 512;

function refuse(message: string, help?: string): Error {
  return failure('archive-invalid', message, { help: help === undefined ? [] : [help] });
}

const LIMIT_HELP =
  'Argo CD can send less: reposerver.plugin.tar.exclusions, and the annotation argocd.argoproj.io/manifest-generate-paths.';

/** Decompresses, and stops at the limit. */
function gunzip(bytes: Uint8Array, limits: ArchiveLimits): Buffer {
  // What gzip says of its size can be wrong: it only saves copies.
  const claimed = bytes.length < 18 ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(bytes.length - 4);
  const chunkSize = Math.min(Math.max(claimed + 64, 64 * 1024), limits.bytes + 64);
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.bytes, chunkSize });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw failure('archive-limit', `the repository has more than ${limits.bytes} bytes`, { help: [LIMIT_HELP] });
    }
    throw refuse(`the archive is not gzip-ed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The tree path of an entry; '' for the root itself. */
function pathOf({ name }: TarHeader): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || name.includes('\0') || parts.includes('..')) {
    throw refuse(`the archive has an entry that leaves it: ${JSON.stringify(name)}`);
  }
  return parts.join('/');
}

/** Whether a path is git's own, which no tree has. */
function isGit(path: string): boolean {
  return path.split('/').some((part) => part.toLowerCase() === '.git');
}

function checkLink(path: string, target: string): void {
  try {
    if (!target.startsWith('/')) resolvePath(parentPath(path), target);
    else throw refuse('absolute');
  } catch {
    throw refuse(`the symbolic link ${JSON.stringify(path)} leads out of the repository (${JSON.stringify(target)})`);
  }
}

function entryOf(path: string, header: TarHeader, data: Uint8Array | undefined): MemoryEntry {
  const { type = 'file', linkname = '' } = header;
  if (type === 'directory') return { kind: 'directory' };
  if (type === 'file') return { kind: 'file', bytes: data ?? new Uint8Array() };
  if (type !== 'symlink') {
    throw refuse(`the archive has an entry that is no file, directory or symbolic link: ${JSON.stringify(path)}`);
  }
  checkLink(path, linkname);
  return { kind: 'link', target: linkname };
}

/** Everything that has something below it must be a directory: a link there could lead the rest elsewhere. */
function checkParents(entries: ReadonlyMap<string, MemoryEntry>): void {
  const checked = new Set<string>();
  for (const path of entries.keys()) {
    for (let above = parentPath(path); above !== '' && !checked.has(above); above = parentPath(above)) {
      checked.add(above);
      const kind = entries.get(above)?.kind;
      if (kind !== undefined && kind !== 'directory') {
        throw refuse(`the archive has entries below ${JSON.stringify(above)}, which is a ${kind}`);
      }
    }
  }
}

/**
 * Unpacks an archive. File modes mean nothing here. Failures `archive-invalid` (no gzip, no tar, an entry that could
 * be used to write elsewhere, a name twice), `archive-limit`.
 */
export async function unpack(bytes: Uint8Array, limits: ArchiveLimits): Promise<Unpacked> {
  const { unpackTar } = await import('modern-tar');
  const tar = gunzip(bytes, limits);
  let count = 0;
  const filter = (header: TarHeader): boolean => {
    count += 1;
    if (count > limits.entries) {
      throw failure('archive-limit', `the repository has more than ${limits.entries} files and directories`, {
        help: [LIMIT_HELP],
      });
    }
    return !isGit(pathOf(header));
  };
  let unpacked: Awaited<ReturnType<typeof unpackTar>>;
  try {
    unpacked = await unpackTar(tar, { strict: true, filter });
  } catch (error) {
    if (error instanceof Error && error.name === 'Failure') throw error;
    throw refuse(`the archive is no tar: ${error instanceof Error ? error.message : String(error)}`);
  }
  const entries = new Map<string, MemoryEntry>();
  let [files, total] = [0, 0];
  for (const { header, data } of unpacked) {
    const path = pathOf(header);
    if (path === '') continue;
    const entry = entryOf(path, header, data);
    const before = entries.get(path);
    if (before !== undefined && (before.kind !== 'directory' || entry.kind !== 'directory')) {
      throw refuse(`the archive has ${JSON.stringify(baseName(path))} twice`);
    }
    entries.set(path, entry);
    if (entry.kind === 'file') {
      files += 1;
      total += entry.bytes.length;
    }
    total += ENTRY_BYTES;
  }
  checkParents(entries);
  return { store: new MemoryStore(entries), files, bytes: total };
}

/** The limits for archives of at most so many unpacked bytes. */
export function archiveLimits(bytes: number): ArchiveLimits {
  return { bytes, entries: Math.floor(Math.min(200_000, bytes / HEADER_BYTES)) };
}
