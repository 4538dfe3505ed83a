import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { argocdBinary } from '../tools/argocd.mjs';
import { confineBinary } from '../tools/confine.mjs';
import { temporaryFolders } from '../tools/folder.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runFaults } from './faults.ts';

const folder = temporaryFolders();

// npm run bench -- --only faults does 24,000 and looks at the times, too.
it('nine Applications get their manifests while a tenth and other callers do everything wrong', async () => {
  const bin = folder({});
  const programs = {
    helm: await helm4Binary(),
    kustomize: await kustomizeBinary(),
    'waybill-confine': await confineBinary(),
  };
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name));
  const { wrong, faults, renders } = await runFaults({
    folder: folder({}),
    script: 'dist/waybill.cjs',
    argocd: await argocdBinary(),
    env: { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` },
    renders: 130,
    rounds: 1,
  });
  expect(wrong).toEqual([]);
  expect(renders).toBe(117);
  expect([...faults.values()].reduce((sum, one) => sum + one, 0)).toBe(13);
});
