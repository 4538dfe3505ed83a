/**
 * A commit as `git fast-import` reads it: it rewrites only the folders that change and needs no work tree or index.
 */

/** A file to write, or to delete (`content` null). Paths are relative to the repository, with forward slashes. */
export interface FileChange {
  readonly path: string;
  readonly content: string | null;
  /** git's mode of the file. @default 100644 */
  readonly mode?: string | undefined;
}

/** What the commit is. `author` and `committer` are idents: `Name <mail> seconds zone`. */
export interface ImportedCommit {
  readonly ref: string;
  readonly parent: string | undefined;
  /** @default the committer */
  readonly author?: string | undefined;
  readonly committer: string;
  readonly changes: readonly FileChange[];
  readonly message: string;
}

/** A path as git quotes it in C's manner. */
function quoted(path: string): string {
  const escaped = path.replaceAll(/["\\]/gu, '\\$&').replaceAll(/\p{Cc}/gu, (one) => {
    const bytes = Array.from(Buffer.from(one), (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
    return bytes.join('');
  });
  return `"${escaped}"`;
}

/**
 * The input of `git fast-import --done --date-format=raw`, which then prints the commit's id. The ref is there only while
 * the commit is made, and none is left.
 */
export function importStream({ ref, parent, author, committer, changes, message }: ImportedCommit): Buffer {
  const parts: Buffer[] = [];
  const line = (text: string) => parts.push(Buffer.from(`${text}\n`));
  const data = (text: string) => {
    const bytes = Buffer.from(text);
    line(`data ${bytes.length}`);
    parts.push(bytes, Buffer.from('\n'));
  };
  line(`commit ${ref}`);
  line('mark :1');
  if (author !== undefined) line(`author ${author}`);
  line(`committer ${committer}`);
  data(message);
  if (parent !== undefined) line(`from ${parent}`);
  for (const { path, content, mode = '100644' } of changes) {
    if (content === null) line(`D ${quoted(path)}`);
    else {
      line(`M ${mode} inline ${quoted(path)}`);
      data(content);
    }
  }
  line('get-mark :1');
  line(`reset ${ref}`);
  line(`from ${'0'.repeat(parent?.length ?? 40)}`);
  line('');
  line('done');
  return Buffer.concat(parts);
}
