// Runs the search: npm run lives -- --count 100000 --seed 1
import { engineBinary } from '../tools/argocd.mjs';
import { runBundled } from '../tools/run-bundled.mjs';

await runBundled('test/lives/command.ts', async (run) => {
  process.exitCode = await run(process.argv.slice(2), process.env.WAYBILL_ENGINE ?? (await engineBinary()));
});
