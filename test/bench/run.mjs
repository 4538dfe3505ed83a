// Runs the benchmark: npm run bench -- --sizes 12,200
import { argocdBinary, engineBinary } from '../tools/argocd.mjs';
import { goBinary } from '../tools/go-binary.mjs';
import { jqBinary } from '../tools/jq.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runBundled } from '../tools/run-bundled.mjs';

await runBundled(
  'test/bench/bench.ts',
  async (run) => {
    await run({
      argocd: await argocdBinary(),
      engine: await engineBinary(),
      helm: await helm4Binary(),
      jq: await jqBinary(),
      kustomize: await kustomizeBinary(),
      measure: await goBinary('test/bench/measure'),
    });
  },
  // The browser's driver finds files of its own beside it.
  { external: ['playwright-core', 'axe-core'] },
);
