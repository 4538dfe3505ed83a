/**
 * The bundle is one file that works alone; V8's code beside it is taken when it fits and ignored when it does not.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';

const folder = temporaryFolders();
const dist = join(import.meta.dirname, '../../dist');

beforeAll(() => {
  execFileSync(process.execPath, ['tools/bundle.mjs'], { stdio: 'pipe' });
});

/** Renders the application that the build uses too. */
function render(program: string): string {
  return execFileSync(process.execPath, [program, 'render', 'tools/warm-up', '-e', 'production', '--root', '.'], {
    encoding: 'utf8',
  });
}

it.each(['.cache', '.images.cache'])('is found with the code that V8 made for it (%s)', (ending) => {
  const [, hash = '', size = ''] =
    /const hash = '(\w{16})';\nconst size = (\d+);/u.exec(readFileSync(join(dist, 'waybill.cjs'), 'latin1')) ?? [];
  const cache = readFileSync(join(dist, `waybill.cjs${ending}`));
  expect(cache.toString('latin1', 0, 16)).toBe(hash);
  const end = 16 + Number(size);
  const script = new Script(cache.toString('latin1', 16, end), { cachedData: cache.subarray(end) });
  expect(script.cachedDataRejected).toBe(false);
});

it('works alone, and beside code that is not its own', () => {
  const expected = render(join(dist, 'waybill.cjs'));
  expect(expected).toContain('kind: Deployment');
  const alone = join(folder({}), 'waybill');
  copyFileSync(join(dist, 'waybill.cjs'), alone);
  expect(render(alone)).toBe(expected);
  const cache = `${alone}.cache`;
  const real = readFileSync(join(dist, 'waybill.cjs.cache'));
  // Garbage, the cache of another program, some that were cut off.
  for (const wrong of [
    Buffer.from('nonsense'),
    Buffer.concat([Buffer.from('0123456789abcdef'), real.subarray(16)]),
    real.subarray(0, -1000),
    real.subarray(0, 1000),
  ]) {
    writeFileSync(cache, wrong);
    expect(render(alone)).toBe(expected);
  }
});

it('loads late what a plain render does not need: the YAML library, the parser of templates, processes', async () => {
  const root = folder({
    'a/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: &x\n  name: a\ndata:\n  <<: *x\n',
    'b/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    'b/kustomization.yaml': 'resources: [app.yaml]\nnamePrefix: b-\n',
  });
  const env = { ...process.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const run = (dir: string) =>
    execFileSync(process.execPath, [join(dist, 'waybill.cjs'), 'render', dir, '--root', root, '--no-stamp'], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
  expect(run('a')).toContain('data:\n  name: a\n');
  expect(run('b')).toContain('name: b-a\n');
});
