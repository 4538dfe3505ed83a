// The last words of real helm 3.22 and 4.3 under waybill-confine, at limits from 40 to 400 MiB: all of them are "needed
// more memory than it may have", and no other failure is.
import { describe, expect, it } from 'vitest';
import { ranOutOfMemory } from '../../plugin/binaries/run.ts';

describe('a program without memory', () => {
  it.each([
    'fatal error: out of memory allocating heap arena map',
    'fatal error: out of memory allocating heap arena metadata',
    'fatal error: runtime: out of memory',
    'fatal error: runtime: cannot allocate memory',
    'runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort',
    'runtime: failed to create new OS thread (have 5 already; errno=11)',
  ])('%s', (line) => {
    expect(ranOutOfMemory(`a warning\n${line}\n\ngoroutine 1`)).toBe(true);
  });

  it.each([
    'Error: template: c/templates/a.yaml:1: fatal error: out of memory',
    'panic: runtime error: index out of range',
    'SIGABRT: abort',
  ])('not: %s', (line) => {
    expect(ranOutOfMemory(line)).toBe(false);
  });
});
