/**
 * Argo CD's own reader of directories of plain manifests (test/argocd/directory): one process, one line of JSON for each
 * question and answer.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { argocdBinary } from './argocd.mjs';

/** A directory below a root, or a glob and texts to match. */
type DirectoryQuestion =
  | {
      readonly root: string;
      readonly path: string;
      readonly recurse?: boolean;
      readonly include?: string;
      readonly exclude?: string;
    }
  | { readonly glob: string; readonly texts: readonly string[] };

/** Manifests as JSON texts, matches in the order of the texts, or Argo CD's error. */
interface DirectoryAnswer {
  readonly manifests?: readonly string[];
  readonly matches?: readonly boolean[];
  readonly error?: string;
}

/** A running reader. */
export interface DirectoryReader {
  ask(question: DirectoryQuestion): Promise<DirectoryAnswer>;
  close(): void;
}

function parseAnswer(line: string): DirectoryAnswer {
  const answer: unknown = JSON.parse(line);
  if (typeof answer !== 'object' || answer === null) throw new Error(`the reader answered ${line}`);
  return answer;
}

/** Starts the reader; close it at the end. */
export async function startDirectoryReader(): Promise<DirectoryReader> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(await argocdBinary(), ['directory'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the reader ended with code ${code}`));
  });
  return {
    async ask(question) {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      });
      return parseAnswer(line);
    },
    close() {
      child.stdin.end();
    },
  };
}
