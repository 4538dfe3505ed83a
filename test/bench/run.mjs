// Bundles the benchmark, which is TypeScript, and runs it: npm run bench -- --sizes 12,200
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { argocdBinary, engineBinary } from '../tools/argocd.mjs';
import { goBinary } from '../tools/go-binary.mjs';
import { jqBinary } from '../tools/jq.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';

// Inside node_modules, so that the packages of the project are found from there.
const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.bench-'));
try {
  const file = join(folder, 'bench.mjs');
  await build({
    input: 'test/bench/bench.ts',
    platform: 'node',
    logLevel: 'warn',
    // The browser's driver finds files of its own beside it.
    external: ['playwright-core', 'axe-core'],
    output: { file, format: 'esm', codeSplitting: false },
  });
  const { run } = await import(pathToFileURL(file).href);
  await run({
    argocd: await argocdBinary(),
    engine: await engineBinary(),
    helm: await helm4Binary(),
    jq: await jqBinary(),
    kustomize: await kustomizeBinary(),
    measure: await goBinary('test/bench/measure'),
  });
} finally {
  rmSync(folder, { recursive: true });
}
