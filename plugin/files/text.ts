/**
 * Bytes to text. Kubernetes' tools read UTF-8; editors on Windows also leave byte order marks and UTF-16.
 * Anything else is not text, and a wrong guess would change what is deployed, so it is an error.
 */
import { isUtf8 } from 'node:buffer';
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';

/** Length of the longest well-formed UTF-8 beginning of `bytes`. */
function validLength(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  // isUtf8 is not monotone inside a character, but is at the granularity of "valid if cut back by up to 3 bytes".
  const validUpTo = (end: number): boolean =>
    [0, 1, 2, 3].some((cut) => end - cut >= 0 && isUtf8(bytes.subarray(0, end - cut)));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (validUpTo(middle)) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && !isUtf8(bytes.subarray(0, low))) low -= 1;
  return low;
}

function placeOf(file: string, bytes: Uint8Array, offset: number): Location {
  const before = Buffer.from(bytes.subarray(0, offset)).toString('utf8');
  const lineStart = before.lastIndexOf('\n') + 1;
  return { file, line: before.split('\n').length, column: before.length - lineStart + 1 };
}

function notText(file: string, bytes: Uint8Array, offset: number, why: string): Error {
  return failure('file-binary', `the file is not text: ${why}`, {
    location: placeOf(file, bytes, offset),
    help: ['Files are read as UTF-8 (or UTF-16 with a byte order mark).'],
  });
}

/**
 * The text of `bytes`: strict UTF-8, a byte order mark is dropped; UTF-16 of either byte order when it has one.
 * Failure `file-binary` for NUL characters and for bytes that are not the encoding.
 */
export function decodeText(file: string, bytes: Uint8Array): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  if (wide !== '') {
    let text: string;
    try {
      text = new TextDecoder(wide, { fatal: true }).decode(bytes);
    } catch {
      throw failure('file-binary', `the file is not text: it begins like UTF-16, but is not`, { location: { file } });
    }
    if (text.includes('\0')) throw notText(file, new Uint8Array(), 0, 'it holds a NUL character');
    return text;
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw notText(file, bytes, nul, 'it holds a NUL byte');
  if (!isUtf8(bytes)) {
    const offset = validLength(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    throw notText(file, bytes, offset, `byte 0x${byte} is not UTF-8`);
  }
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start).toString('utf8');
}
