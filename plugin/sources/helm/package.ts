/**
 * Packaged charts (`.tgz`): taken apart, judged, and packed again, so that helm reads the files that were judged,
 * whatever else its own reader would make of the archive.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type ParsedTarEntryWithData, packTar, unpackTar } from 'modern-tar';
import { failure } from '../../diagnostics/failure.ts';
import { decodeText } from '../../files/text.ts';
import { isSchemaName, judgeSchema } from './schema.ts';

/** helm takes no chart that is larger when it is unpacked (pkg/chart/loader, `MaxDecompressedChartSize`). */
const MOST = 100 * 1024 * 1024;

/** How deep packages may lie in packages. */
const DEEPEST = 5;

/** A chart below another's `charts/`, as a package. */
const PACKAGED = /(?:^|\/)charts\/[^/]+\.tgz$/u;

/** The name of an entry below its chart, as helm has it; undefined for what helm leaves out or refuses. */
function nameIn(entry: string): string | undefined {
  const parts = entry.replaceAll('\\', '/').split('/').slice(1);
  const clean = parts.filter((part) => part !== '' && part !== '.');
  return clean.length === 0 || clean.includes('..') || parts[0] === '' ? undefined : clean.join('/');
}

async function unpack(bytes: Uint8Array, file: string): Promise<ParsedTarEntryWithData[]> {
  try {
    return await unpackTar(await promisify(gunzip)(bytes, { maxOutputLength: MOST }), { strict: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure('file-unreadable', `${file} is no packaged chart (${why})`, { location: { file } });
  }
}

/**
 * The package `bytes` with every values.schema.json judged, in the packages inside it, too. `file` is what messages
 * call it. Failure `file-unreadable`, `source-remote`, `yaml-syntax`.
 */
export async function repackChart(bytes: Uint8Array, file: string, depth = 0): Promise<Uint8Array> {
  if (depth > DEEPEST) {
    throw failure('file-unreadable', `${file} has packages in packages, more than ${DEEPEST} deep`, {
      location: { file },
    });
  }
  const entries: { header: { name: string; size: number; type: 'file' }; body: Uint8Array }[] = [];
  for (const { header, data } of await unpack(bytes, file)) {
    const name = header.type === 'file' ? nameIn(header.name) : undefined;
    if (name === undefined) continue;
    const inside = `${file}/${name}`;
    let body: Uint8Array = data ?? new Uint8Array();
    if (PACKAGED.test(name)) body = await repackChart(body, inside, depth + 1);
    else if (isSchemaName(name)) body = Buffer.from(judgeSchema(decodeText(inside, body), inside));
    entries.push({ header: { name: `chart/${name}`, size: body.length, type: 'file' }, body });
  }
  return promisify(gzip)(await packTar(entries), { level: 1 });
}
