/**
 * Receives the archives that callers send: one message of metadata, then chunks, then the end. Whatever is wrong is
 * told only after the end, since Argo CD shows nothing but `EOF` for an answer that comes before it. All that is
 * received counts: when it is too much, only the stream that came first goes on, so that memory has a limit and no
 * stream waits for ever.
 */
import { createHash } from 'node:crypto';
import { failure } from '../diagnostics/failure.ts';
import type { Metadata, StreamRequest } from './messages.ts';

/** A repository as it arrived, and what Argo CD says about it. */
export interface Received {
  readonly metadata: Metadata;
  /** The archive, gzip-ed. Its memory is its own, so that it can be handed to a worker. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The part of a gRPC call that is needed here. */
export interface IncomingStream {
  on(event: 'data', listener: (request: StreamRequest) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'cancelled', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What may be received. */
export interface IntakeLimits {
  /** Bytes of one archive. */
  readonly archiveBytes: number;
  /** Bytes of all archives that are being received or wait to be rendered. */
  readonly totalBytes: number;
  /** Milliseconds until the first message: Argo CD makes the archive after it has called. */
  readonly firstMs: number;
  /** Milliseconds between two messages. */
  readonly idleMs: number;
  /** Names and values of an Application's environment: characters in all. */
  readonly envCharacters: number;
}

/** The client of Argo CD sends chunks of a kilobyte; after an error no more than this is read just to be polite. */
const DRAINED_BYTES = 1024 * 1024 * 1024;

interface Part {
  readonly stream: IncomingStream;
  bytes: number;
  paused: boolean;
}

function invalid(message: string): Error {
  return failure('archive-invalid', message, {
    help: ["Argo CD's repo-server sends one message of metadata, then the archive in chunks."],
  });
}

/** The caller went away before everything had arrived. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller has disconnected');
    this.name = 'CallerGoneError';
  }
}

/** Bytes of the first and of the largest block. */
const BLOCK = { first: 4 * 1024, largest: 256 * 1024 };

/**
 * The chunks of an archive, copied into blocks: thousands of small buffers would cost more to collect than to receive.
 * Blocks grow with what was received, not with what was announced.
 */
class Collected {
  bytes = 0;
  #full: Uint8Array[] = [];
  #block = new Uint8Array(BLOCK.first);
  /** Bytes of the block that are in use. */
  #used = 0;
  readonly #hash = createHash('sha256');

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    for (let rest = chunk; rest.length > 0; ) {
      const part = rest.subarray(0, this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
      if (this.#used === this.#block.length) this.#next();
    }
  }

  #next(): void {
    this.#hash.update(this.#block);
    this.#full.push(this.#block);
    this.#block = new Uint8Array(Math.min(this.#block.length * 2, BLOCK.largest));
    this.#used = 0;
  }

  clear(): void {
    this.bytes = 0;
    this.#full = [];
    this.#used = 0;
  }

  /** Everything in one piece, and its SHA-256 in hexadecimal digits. */
  finish(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly checksum: string } {
    const last = this.#block.subarray(0, this.#used);
    const bytes = new Uint8Array(this.bytes);
    let offset = 0;
    for (const block of [...this.#full, last]) {
      bytes.set(block, offset);
      offset += block.length;
    }
    return { bytes, checksum: this.#hash.update(last).digest('hex') };
  }
}

/** One stream on its way. */
class Receiver {
  metadata: Metadata | undefined;
  /** The first mistake; what follows it is read and dropped. */
  mistake: Error | undefined;
  readonly #collected = new Collected();
  readonly #limits: IntakeLimits;
  #dropped = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /** Takes a message; the bytes that are now held on account of it. Throws when it is time to hang up. */
  take(request: StreamRequest): number {
    if (this.mistake) {
      this.#dropped += request.chunk?.length ?? 1024;
      if (this.#dropped > DRAINED_BYTES) throw this.mistake;
      return 0;
    }
    const mistake = this.#mistakeIn(request);
    if (mistake) {
      this.mistake = mistake;
      const held = this.#collected.bytes;
      this.#collected.clear();
      return -held;
    }
    if (request.metadata) {
      this.metadata = request.metadata;
      return 0;
    }
    const chunk = request.chunk ?? new Uint8Array();
    this.#collected.add(chunk);
    return chunk.length;
  }

  #mistakeIn({ metadata, chunk }: StreamRequest): Error | undefined {
    if (metadata) {
      if (this.metadata) return invalid('there are two messages of metadata');
      const { size, env } = metadata;
      if (!(size > 0)) return invalid("the metadata does not contain the archive's size");
      if (size > this.#limits.archiveBytes) {
        const message = `the archive has ${size} bytes; at most ${this.#limits.archiveBytes} are allowed`;
        return failure('archive-limit', message);
      }
      const characters = env.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
      if (characters > this.#limits.envCharacters) {
        return failure('archive-limit', `the environment of the Application has ${characters} characters`);
      }
      return undefined;
    }
    if (chunk === undefined) return invalid('there is a message with neither metadata nor a chunk');
    if (!this.metadata) return invalid('there is a chunk before the metadata');
    if (this.#collected.bytes + chunk.length > this.metadata.size) {
      return invalid(`the archive is longer than the ${this.metadata.size} bytes in the metadata`);
    }
    return undefined;
  }

  /** What was received in all. Failure `archive-invalid`. */
  finish(): Received {
    const { metadata } = this;
    if (this.mistake) throw this.mistake;
    if (!metadata) throw invalid('there is no metadata');
    const received = this.#collected.bytes;
    if (received !== metadata.size) {
      throw invalid(`the archive has ${received} bytes, not the ${metadata.size} in the metadata`);
    }
    const { bytes, checksum } = this.#collected.finish();
    if (checksum !== metadata.checksum) throw invalid('the checksum of the archive is wrong');
    return { metadata, bytes };
  }
}

/** All streams of a server. */
export class Intake {
  readonly #limits: IntakeLimits;
  /** In the order in which they came. */
  readonly #parts = new Set<Part>();
  #bytes = 0;
  #full = false;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Streams that are received or wait to be rendered. */
  get streams(): number {
    return this.#parts.size;
  }

  #hold(part: Part, bytes: number): void {
    part.bytes += bytes;
    this.#bytes += bytes;
    // All streams are looked at only when some have to stop, or may go on: this is called for each chunk.
    if (this.#full || this.#bytes > this.#limits.totalBytes) this.#balance();
  }

  #balance(): void {
    this.#full = this.#bytes > this.#limits.totalBytes;
    let first = true;
    for (const part of this.#parts) {
      const pause = this.#full && !first;
      first = false;
      if (pause === part.paused) continue;
      part.paused = pause;
      if (pause) part.stream.pause();
      else part.stream.resume();
    }
  }

  /**
   * Receives one stream and gives `use` what arrived; its bytes count until `use` is done. Failures `archive-invalid`
   * and `archive-limit`; CallerGoneError.
   */
  async receive<Result>(stream: IncomingStream, use: (received: Received) => Promise<Result>): Promise<Result> {
    const part: Part = { stream, bytes: 0, paused: false };
    this.#parts.add(part);
    try {
      const received = await this.#receive(part);
      // It is complete: it does not stand in the way of the next that is to go on.
      this.#parts.delete(part);
      this.#balance();
      return await use(received);
    } finally {
      this.#parts.delete(part);
      this.#bytes -= part.bytes;
      this.#balance();
    }
  }

  #receive(part: Part): Promise<Received> {
    const { stream } = part;
    const receiver = new Receiver(this.#limits);
    return new Promise((resolve, reject) => {
      let last = Date.now();
      const idle = setInterval(() => {
        const limitMs = receiver.metadata ? this.#limits.idleMs : this.#limits.firstMs;
        if (part.paused) last = Date.now();
        else if (Date.now() - last > limitMs) end(() => reject(invalid('the caller stopped sending')));
      }, this.#limits.idleMs / 4);
      const end = (how: () => void): void => {
        clearInterval(idle);
        how();
      };
      stream.on('data', (request) => {
        last = Date.now();
        try {
          this.#hold(part, receiver.take(request));
        } catch (error) {
          end(() => reject(error));
        }
      });
      stream.on('end', () => {
        end(() => {
          try {
            resolve(receiver.finish());
          } catch (error) {
            reject(error);
          }
        });
      });
      stream.on('error', ({ message }) => end(() => reject(invalid(`the stream cannot be read: ${message}`))));
      stream.on('cancelled', () => end(() => reject(new CallerGoneError())));
    });
  }
}
