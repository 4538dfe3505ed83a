/**
 * The order of events is the order in which git got them: the first-parent history of the branch. It is worked
 * out once for each commit and kept in the mirror's folder, so that a repository of 100,000 events costs a file
 * read and a look at the new commits.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mirror } from '../git/mirror.ts';
import { EVENTS } from './event.ts';

/** One event file when it was added. A file that was pruned and added again has two entries. */
export interface Entry {
  /** The commit that added it. */
  readonly commit: string;
  /** The committer's time, in Unix seconds; by the clock of whoever wrote it. */
  readonly committed: number;
  readonly path: string;
  readonly blob: string;
}

const FILE = 'waybill-order';
const HEADER = /^\+(?<commit>[0-9a-f]+) (?<committed>\d+)$/u;
const ADDED = /^:\S+ \S+ \S+ (?<blob>[0-9a-f]+) A\t(?<path>.*)$/u;

function parse(text: string): Entry[] {
  const entries: Entry[] = [];
  let commit = '';
  let committed = 0;
  for (const line of text.split('\n')) {
    const header = line.startsWith('+') ? HEADER.exec(line)?.groups : undefined;
    if (header !== undefined) {
      commit = header['commit'] ?? '';
      committed = Number(header['committed']);
      continue;
    }
    const added = line.startsWith(':') ? ADDED.exec(line)?.groups : undefined;
    if (added !== undefined) entries.push({ commit, committed, path: added['path'] ?? '', blob: added['blob'] ?? '' });
  }
  return entries;
}

async function load(file: string): Promise<{ text: string; upTo: string | undefined }> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const upTo = /(?:^|\n)=([0-9a-f]+)\n$/u.exec(text)?.[1];
  return upTo === undefined ? { text: '', upTo } : { text: text.slice(0, text.lastIndexOf('=')), upTo };
}

async function log(mirror: Mirror, range: string): Promise<string> {
  const args = [
    '-c',
    'core.quotePath=false',
    'log',
    '--first-parent',
    '--reverse',
    '--raw',
    '--no-abbrev',
    '--no-renames',
  ];
  const result = await mirror.run([...args, '--diff-filter=A', '--root', '--format=+%H %ct', range, '--', EVENTS]);
  if (result.status !== 0) throw new Error(`git log failed: ${result.stderr}`);
  return result.stdout.toString();
}

/** All additions up to a commit, oldest first; within one commit by path. */
export async function readOrder(mirror: Mirror, tip: string): Promise<Entry[]> {
  const file = join(mirror.folder, FILE);
  const known = await load(file);
  if (known.upTo === tip) return parse(known.text);
  const grown =
    known.upTo !== undefined && (await mirror.run(['merge-base', '--is-ancestor', known.upTo, tip])).status === 0;
  const text = grown ? known.text + (await log(mirror, `${known.upTo}..${tip}`)) : await log(mirror, tip);
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  // Written beside and renamed, so that a killed process leaves the old file.
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${whole}=${tip}\n`);
  await rename(beside, file);
  return parse(whole);
}
