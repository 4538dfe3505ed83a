import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { expect, it } from 'vitest';
import { unpack } from './archive.ts';

const entry = (name: string) => ({ header: { name, size: 1, type: 'file' as const }, body: 'a' });

it('an archive may have so many files and directories, however small they are, and no more', async () => {
  const limits = { bytes: 1_000_000, entries: 3 };
  const archive = async (names: readonly string[]) => gzipSync(await packTar(names.map(entry)));
  expect((await unpack(await archive(['a', 'b', 'c']), limits)).files).toBe(3);
  await expect(unpack(await archive(['a', 'b', 'c', 'd']), limits)).rejects.toThrow(
    'the repository has more than 3 files and directories',
  );
});
