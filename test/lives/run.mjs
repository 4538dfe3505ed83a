// Bundles the search, which is TypeScript, and runs it: npm run lives -- --count 100000 --seed 1
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { engineBinary } from '../tools/argocd.mjs';

// Inside node_modules, so that the packages of the project are found from there.
const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.lives-'));
try {
  const file = join(folder, 'lives.mjs');
  await build({
    input: 'test/lives/command.ts',
    platform: 'node',
    logLevel: 'warn',
    output: { file, format: 'esm', codeSplitting: false },
  });
  const { run } = await import(pathToFileURL(file).href);
  process.exitCode = await run(process.argv.slice(2), process.env.WAYBILL_ENGINE ?? (await engineBinary()));
} finally {
  rmSync(folder, { recursive: true });
}
