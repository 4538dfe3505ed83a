/**
 * How much memory the server may take, and what to do before it is too much: a server that is killed for want of
 * memory loses every render that runs, one that slows down loses none.
 */
import { totalmem } from 'node:os';

const MEBIBYTE = 1024 * 1024;

/** Bytes that the container, or the machine, has. */
export function availableBytes(): number {
  // 0, or more than there is, when nothing limits the process.
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** What each part of the server gets, in bytes. */
export interface MemoryPlan {
  /** Heap of one worker thread, MiB. */
  readonly heapMiB: number;
  /** Archives that are received. */
  readonly intakeBytes: number;
  /** Results that are kept. */
  readonly resultBytes: number;
  /** Of each thread: unpacked archives, parsed documents, printed texts. */
  readonly archiveBytes: number;
  readonly documentBytes: number;
  readonly printedBytes: number;
  /** From here on one render runs at a time, and nothing is kept. */
  readonly pressureBytes: number;
}

/** Divides the memory between `threads` workers and what they share. */
export function planMemory(bytes: number, threads: number): MemoryPlan {
  const each = Math.floor(bytes / 2 / threads);
  const kept = Math.min(bytes / 16, 64 * MEBIBYTE);
  return {
    heapMiB: Math.max(96, Math.min(1024, Math.floor(each / MEBIBYTE))),
    intakeBytes: Math.min(bytes / 8, 256 * MEBIBYTE),
    resultBytes: kept / 2,
    archiveBytes: kept,
    documentBytes: kept / 2,
    printedBytes: kept / 4,
    pressureBytes: bytes * 0.8,
  };
}

/** Whether the process uses more than `bytes`. */
export function isUnderPressure(bytes: number): boolean {
  return process.memoryUsage.rss() > bytes;
}
