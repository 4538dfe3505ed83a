/**
 * The order of events is the order in which git got them: the first-parent history of the branch. It is worked
 * out once for each commit and kept in the mirror's folder, so that a repository of 100,000 events costs a file
 * read and a look at the new commits.
 */
import { randomUUID } from 'node:crypto';
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
  /** Its place: entries of one order compare by it. */
  readonly at: number;
}

const FILE = 'waybill-order';

/** The additions up to a commit, in git's order. */
export class Order {
  /** As `git log --raw` prints them: a line `+COMMIT TIME`, then one line `:MODES … BLOB A<TAB>PATH` each. */
  readonly #text: string;
  #all: readonly Entry[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** All of them, oldest first; within one commit by path. */
  get entries(): readonly Entry[] {
    this.#all ??= this.#parse(0);
    return this.#all;
  }

  /** Those behind a place. */
  behind(at: number): readonly Entry[] {
    return at < 0 ? this.entries : this.#parse(at + 1);
  }

  /** The place of the entry with this commit and path; undefined when there is none. */
  placeOf({ commit, path }: Pick<Entry, 'commit' | 'path'>): number | undefined {
    const header = this.#text.indexOf(`+${commit} `);
    if (header < 0) return undefined;
    const next = this.#text.indexOf('\n+', header);
    const line = this.#text.indexOf(`\t${path}\n`, header);
    return line < 0 || (next >= 0 && line > next) ? undefined : line + path.length + 1;
  }

  /** `from` is the beginning of a line. */
  #parse(from: number): Entry[] {
    const text = this.#text;
    const entries: Entry[] = [];
    let commit = '';
    let committed = 0;
    // In the middle of a commit: its header is before.
    let start = text.startsWith(':', from) ? text.lastIndexOf('\n+', from) + 1 : from;
    for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
      if (text.startsWith('+', start)) {
        const space = text.indexOf(' ', start);
        commit = text.slice(start + 1, space);
        committed = Number(text.slice(space + 1, end));
      } else if (start >= from && text.startsWith(':', start)) {
        const tab = text.indexOf('\t', start);
        const blobEnd = tab - 2;
        const blob = text.slice(text.lastIndexOf(' ', blobEnd - 1) + 1, blobEnd);
        entries.push({ commit, committed, path: text.slice(tab + 1, end), blob, at: end });
      }
      start = end + 1;
    }
    return entries;
  }
}

async function load(file: string): Promise<{ text: string; upTo: string | undefined }> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const mark = text.lastIndexOf('=');
  const upTo = /^=([0-9a-f]+)\n$/u.exec(mark < 0 ? '' : text.slice(mark))?.[1];
  return upTo === undefined ? { text: '', upTo } : { text: text.slice(0, mark), upTo };
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

/** All additions up to a commit. */
export async function readOrder(mirror: Mirror, tip: string): Promise<Order> {
  const file = join(mirror.folder, FILE);
  const known = await load(file);
  if (known.upTo === tip) return new Order(known.text);
  const grown =
    known.upTo !== undefined && (await mirror.run(['merge-base', '--is-ancestor', known.upTo, tip])).status === 0;
  const text = grown ? known.text + (await log(mirror, `${known.upTo}..${tip}`)) : await log(mirror, tip);
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  // Written beside and renamed, so that a killed process leaves the old file.
  const beside = `${file}.${randomUUID()}`;
  await writeFile(beside, `${whole}=${tip}\n`);
  await rename(beside, file);
  return new Order(whole);
}
