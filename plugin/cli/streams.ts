/**
 * What a command may touch of the process, as a parameter, so that tests drive the CLI in-process.
 */
export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin?: AsyncIterable<unknown>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** For commands that run until they are stopped, and for those that start worker threads. */
  readonly host?: Host;
}

/** The process itself. */
export interface Host {
  /** The script that is this program. */
  readonly script: string;
  /** Resolves, with the name of the signal, when the process is asked to end. */
  untilAskedToStop(): Promise<string>;
}

/** A stream to write to. `write` answers false when the reader is slow, and then calls back when it has caught up. */
interface Output {
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
}
