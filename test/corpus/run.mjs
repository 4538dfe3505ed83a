// Bundles the comparison, which is TypeScript, and runs it: npm run corpus -- DIR...
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';

// Ignored by git. Inside test/tools, so that the test tools find the sources that they build from.
const file = join(process.cwd(), 'test', 'tools', `.corpus-${process.pid}.mjs`);
try {
  await build({
    input: 'test/corpus/corpus.ts',
    platform: 'node',
    logLevel: 'warn',
    external: ['yaml'],
    output: { file, format: 'esm', codeSplitting: false },
  });
  const { run } = await import(pathToFileURL(file).href);
  await run(process.argv.slice(2), { helm: await helm4Binary(), kustomize: await kustomizeBinary() });
} finally {
  rmSync(file, { force: true });
}
