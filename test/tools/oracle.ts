/**
 * The client of test/oracle: asks the Go libraries of Kubernetes, kustomize and Argo CD what they make of
 * an input. One process for each test file; requests are answered in order.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { goBinary } from './go-binary.mjs';

/** What the oracle says: exactly one of a result (its shape is the operation's) and the library's error text. */
interface OracleAnswer {
  readonly result?: unknown;
  readonly error?: string;
}

/** A running oracle. */
export interface Oracle {
  /** Asks one operation (`{ op: 'yaml-to-json', yaml: 'a: 1' }`). Rejects only when the process dies. */
  ask(request: { op: string; [key: string]: unknown }): Promise<OracleAnswer>;
  /** Ends the process. */
  close(): void;
}

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

function parseAnswer(line: string): OracleAnswer {
  const answer: unknown = JSON.parse(line);
  if (typeof answer !== 'object' || answer === null) throw new Error(`the oracle answered ${line}`);
  if ('error' in answer && typeof answer.error === 'string') return { error: answer.error };
  if ('result' in answer) return { result: answer.result };
  throw new Error(`the oracle answered ${line}`);
}

/** Starts the oracle, building it when its sources changed. Close it in `afterAll`. */
export async function startOracle(): Promise<Oracle> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(await goBinary('test/oracle'), [], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: Waiting[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the oracle ended with code ${code}`));
  });
  return {
    async ask(request) {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      return parseAnswer(line);
    },
    close() {
      child.stdin.end();
    },
  };
}
