/**
 * A commit as `git fast-import` reads it: it rewrites only the folders that change and needs no work tree or index.
 */

/** A file to write, or to delete (`content` null). Paths are relative to the repository, with forward slashes. */
export interface FileChange {
  readonly path: string;
  readonly content: string | null;
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

/** The input of `git fast-import --done --date-format=raw`, which then prints the commit's id. Files get mode 0644. */
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
  for (const { path, content } of changes) {
    if (content === null) line(`D ${JSON.stringify(path)}`);
    else {
      line(`M 100644 inline ${JSON.stringify(path)}`);
      data(content);
    }
  }
  line('get-mark :1');
  line('done');
  return Buffer.concat(parts);
}
