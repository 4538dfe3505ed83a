// Builds dist/waybill.mjs, the one file that bin.waybill names, from plugin/bin.ts.
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'dist/waybill.mjs');

await build({
  cwd: root,
  input: 'plugin/bin.ts',
  platform: 'node',
  logLevel: 'warn',
  output: {
    file: out,
    format: 'esm',
    banner: '#!/usr/bin/env node',
    codeSplitting: false,
    minify: true,
  },
});
await chmod(out, 0o755);
