// Bundles the fuzzer, which is TypeScript, and runs it: npm run fuzz -- --minutes 10
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { helm4Binary, kustomizeBinary } from '../../tools/renderers.mjs';

// Inside node_modules, so that the packages of the project are found from there.
const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.fuzz-'));
try {
  const file = join(folder, 'fuzz.mjs');
  await build({
    input: 'test/attacks/fuzz/fuzz.ts',
    platform: 'node',
    logLevel: 'warn',
    output: { file, format: 'esm', codeSplitting: false },
  });
  const { run } = await import(pathToFileURL(file).href);
  const held = await run({ helm: await helm4Binary(), kustomize: await kustomizeBinary() });
  process.exitCode = held ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
