// Runs the fuzzer: npm run fuzz -- --minutes 10
import { helm4Binary, kustomizeBinary } from '../../tools/renderers.mjs';
import { runBundled } from '../../tools/run-bundled.mjs';

await runBundled('test/attacks/fuzz/fuzz.ts', async (run) => {
  const held = await run({ helm: await helm4Binary(), kustomize: await kustomizeBinary() });
  process.exitCode = held ? 0 : 1;
});
