// Recognises a program that ended because it was given no more memory, by its last words on stderr.

/**
 * The last words of a Go program whose next page is refused: the heap's own, a mapping that failed, and a thread whose
 * stack finds no room (Go's runtime/malloc.go, runtime/os_linux.go; runtime/cgo for programs built with cgo).
 */
const LAST_WORDS = [
  /^(?:fatal error: |runtime: )+(?:out of memory|cannot allocate memory|cannot map pages)/mu,
  /^runtime\/cgo: pthread_create failed: (?:Resource temporarily unavailable|Cannot allocate memory)/mu,
  /^runtime: failed to create new OS thread/mu,
  /^fatal error: (?:newosproc|failed to reserve|mmap errno)/mu,
];

/** Whether stderr of a Go program says that it ended for want of memory. */
export function ranOutOfMemory(stderr: string): boolean {
  return LAST_WORDS.some((pattern) => pattern.test(stderr));
}
