import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from './directory.ts';
import { defaultFileLimits } from './limits.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-links-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const name = fc.constantFrom('a', 'b', 'c');
const part = fc.constantFrom('a', 'b', 'c', '.', '..', '..', '', 'root', 'secret');
const target = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/') || '.');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

/** Real path of what the operating system finds, or undefined. */
function real(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

describe('links on disk', () => {
  let runs = 0;
  it('lead where the operating system says, or nowhere: never out of the root', () => {
    fc.assert(
      fc.property(
        fc.dictionary(path, fc.oneof(fc.constant(undefined), target), { maxKeys: 8 }),
        fc.array(path, { minLength: 5, maxLength: 10 }),
        (entries, asked) => {
          runs += 1;
          const outside = join(scratch, String(runs));
          const root = join(outside, 'root');
          mkdirSync(root, { recursive: true });
          writeFileSync(join(outside, 'secret'), 'secret');
          for (const [file, link] of Object.entries(entries)) {
            const place = join(root, file);
            const parent = join(place, '..');
            try {
              mkdirSync(parent, { recursive: true });
              // Not through a link: the test must not write outside either.
              if (!realpathSync(parent).startsWith(root) || existsSync(place)) continue;
              if (link === undefined) writeFileSync(place, file);
              else symlinkSync(link, place);
            } catch {
              // The parent is a file or a broken link.
            }
          }
          const tree = createDirectoryTree(root, defaultFileLimits);
          for (const file of [...asked, ...Object.keys(entries)]) {
            const there = real(join(root, file));
            try {
              const kind = tree.kind(file);
              const found = tree.realPath(file);
              expect(found === undefined ? undefined : join(root, found)).toBe(there);
              if (kind === 'file') expect(tree.readText(file)).toBe(readFileSync(join(root, file), 'utf8'));
            } catch (error) {
              if (!(error instanceof Failure)) throw error;
              // Refused: broken, circular, or on its way (perhaps out and back in) out of the root.
              expect(error.message).toMatch(/^(path-escapes|file-link-(loop|broken)):/u);
            }
          }
          rmSync(outside, { recursive: true });
        },
      ),
      { numRuns: 300 },
    );
  });
});
