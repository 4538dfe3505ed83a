// Runs the comparison: npm run corpus -- DIR...
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runBundled } from '../tools/run-bundled.mjs';

await runBundled(
  'test/corpus/corpus.ts',
  async (run) => {
    await run(process.argv.slice(2), { helm: await helm4Binary(), kustomize: await kustomizeBinary() });
  },
  { external: ['yaml'] },
);
