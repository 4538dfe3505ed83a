/**
 * Unquoted scalars that are not what they look like: words that only YAML 1.1 takes for booleans, numbers that YAML 1.1
 * and 1.2 read differently, and numbers that lose a part of their text (`1.10` is 1.1). Manifests keep Kubernetes'
 * meaning; in files that are Waybill's own such a scalar is an error, since text may be meant.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { locationOf } from './compose.ts';
import { isAlias, isMap, isScalar, isSeq, parseDocuments, type Scalar } from './library.ts';
import type { Chunk } from './lines.ts';
import { resolvePlain } from './scalars.ts';
import { splitDocuments } from './split.ts';

/** A quick look at whole lines: what may be such a scalar, quoted or in a comment or not. The library costs milliseconds. */
const suspicious =
  /(?:^|[\s,:[{-])(?:[yn]|yes|no|on|off|[-+]?(?:[0-9][0-9_]*\.[0-9_]*0|[0-9_]+\.|\.[0-9_]+|\+[0-9.]+|0[0-9_]+|0[xob][0-9a-f_+-]+|[0-9]+_[0-9_.]*|-0|[0-9._]+e[-+]?[0-9_]+|(?=[0-9._]{17})[0-9_]*\.[0-9_]+)(?:e[-+]?[0-9]+)?)(?=$|[\s,:\]}])/imu;

/** Without comments of lines that have no quotes: in the others, a `#` may be a part of a text. */
function withoutComments(text: string): string {
  return text.replaceAll(/^[^"'\n]*$/gmu, (line) => line.replace(/(?:^|\s)#.*$/u, ''));
}

const words12 = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** What the core schema of YAML 1.2 makes of an unquoted number, as a text. */
function reading12(text: string): string {
  if (/^[-+]?[0-9]+$/u.test(text)) return String(BigInt(text.replace(/^[+]/u, '')));
  if (/^0o[0-7]+$/u.test(text) || /^0x[0-9a-fA-F]+$/u.test(text)) return String(BigInt(text));
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u.test(text)) return String(Number(text));
  return `the text "${text}"`;
}

/** The two readings of an unquoted scalar as message and help; undefined when there is only one. */
function twoReadings(text: string): { message: string; help: string } | undefined {
  const value = resolvePlain(text);
  if (typeof value === 'boolean') {
    if (words12.has(text)) return undefined;
    return {
      message: `${text} is ${value} in YAML 1.1, which Kubernetes reads, and the text "${text}" in YAML 1.2`,
      help: `Write ${value}, or "${text}" in quotes.`,
    };
  }
  if ((typeof value !== 'number' && typeof value !== 'bigint') || String(value) === text) return undefined;
  const [one, other] = [String(value), reading12(text)];
  return {
    message:
      one === other
        ? `${text} is the number ${one}: as a text it would be another one`
        : `${text} is the number ${one} in YAML 1.1, which Kubernetes reads, and ${other} in YAML 1.2`,
    help: `Write ${one}, or "${text}" in quotes.`,
  };
}

function problemOf(node: Scalar, chunk: Chunk): Diagnostic[] {
  if (node.type !== 'PLAIN' || node.tag !== undefined) return [];
  const found = twoReadings(node.source ?? '');
  if (found === undefined) return [];
  const location = locationOf(node, chunk);
  const { message, help } = found;
  return [{ severity: 'error', code: 'yaml-two-readings', message, ...(location ? { location } : {}), help: [help] }];
}

/** Errors `yaml-two-readings` for all such scalars, keys among them, of a file that can be read. */
function ambiguousScalars(text: string, file: string): Diagnostic[] {
  if (!suspicious.test(withoutComments(text))) return [];
  const found: Diagnostic[] = [];
  const visit = (node: unknown, chunk: Chunk): void => {
    if (isScalar(node)) found.push(...problemOf(node, chunk));
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        visit(key, chunk);
        visit(value, chunk);
      }
    } else if (isSeq(node) && !isAlias(node)) {
      for (const item of node.items) visit(item, chunk);
    }
  };
  for (const chunk of splitDocuments(text, file)) {
    for (const { contents } of parseDocuments(chunk.text.slice(chunk.start, chunk.end))) visit(contents, chunk);
  }
  return found;
}

/** Passes when a file of Waybill's own has no scalar with two readings. Failure `yaml-two-readings` for all of them. */
export function checkReadings(text: string, file: string): void {
  const found = ambiguousScalars(text, file);
  if (found.length > 0) throw new Failure(found);
}
