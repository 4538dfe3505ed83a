import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helm3Binary, helm4Binary, kustomizeBinary } from '../../test/tools/renderers.mjs';
import { readBuildInfo } from './build-info.ts';
import { withScratch } from './scratch.ts';

/** An ELF file with two sections: the names, and Go's. */
function executable(modules: string): Buffer {
  const names = Buffer.from('\0.shstrtab\0.go.buildinfo\0');
  const sentinel = '0123456789abcdef';
  const text = Buffer.from(`${sentinel}${modules}${sentinel}`);
  const length = Buffer.from([0x80 + (text.length % 0x80), Math.floor(text.length / 0x80)]);
  const info = Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
    Buffer.alloc(16),
    Buffer.from('\x04go1.'),
    length,
    text,
  ]);
  const section = (name: number, offset: number, size: number): Buffer => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32LE(name, 0);
    bytes.writeBigUInt64LE(BigInt(offset), 24);
    bytes.writeBigUInt64LE(BigInt(size), 32);
    return bytes;
  };
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  header.writeBigUInt64LE(BigInt(64 + names.length + info.length), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(2, 60);
  const table = [section(1, 64, names.length), section(11, 64 + names.length, info.length)];
  return Buffer.concat([header, names, info, ...table]);
}

const modules = 'path\texample.com/a/v5\nmod\texample.com/a/v5\tv5.1.0\th1:=\ndep\texample.com/b\tv1.0.0\n=>\t../b\n';

describe('the build information of an executable', () => {
  it('names the package and the modules of the real programs', async () => {
    const [kustomize, helm] = [await kustomizeBinary(), await helm4Binary()].map((path) => readBuildInfo(path));
    expect(kustomize?.package).toBe('sigs.k8s.io/kustomize/kustomize/v5');
    expect(kustomize?.modules.get('sigs.k8s.io/kustomize/kustomize/v5')).toBe('v5.8.1');
    expect(kustomize?.modules.get('sigs.k8s.io/kustomize/kyaml')).toMatch(/^v0\.\d+\.\d+$/u);
    expect(helm?.modules.get('helm.sh/helm/v4')).toBe('v4.3.1');
    expect(readBuildInfo(await helm3Binary())?.package).toBe('helm.sh/helm/v3/cmd/helm');
  });

  it('says that a module was replaced', async () => {
    await withScratch(async ({ files }) => {
      writeFileSync(join(files, 'program'), executable(modules));
      const info = readBuildInfo(join(files, 'program'));
      expect(info?.package).toBe('example.com/a/v5');
      expect([...(info?.modules ?? [])]).toEqual([
        ['example.com/a/v5', 'v5.1.0'],
        ['example.com/b', '../b'],
      ]);
    });
  });

  it('is absent, or that of the file, for files of any content', async () => {
    await withScratch(async ({ files }) => {
      const path = join(files, 'program');
      const real = executable(modules);
      const change = fc.record({ at: fc.nat(real.length - 1), byte: fc.nat(127) });
      fc.assert(
        fc.property(fc.array(change, { maxLength: 4 }), fc.nat(real.length), (changes, cut) => {
          const bytes = Buffer.from(real.subarray(0, changes.length === 0 ? cut : real.length));
          for (const { at, byte } of changes) bytes[at] = byte;
          writeFileSync(path, bytes);
          const info = readBuildInfo(path);
          expect(info === undefined || bytes.includes(info.package)).toBe(true);
        }),
        { numRuns: 300 },
      );
      expect(readBuildInfo(files)).toBeUndefined();
      expect(readBuildInfo(join(files, 'none'))).toBeUndefined();
    });
  });
});
