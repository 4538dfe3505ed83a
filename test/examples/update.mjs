// Writes the expected manifests of every example anew, by the command that users run: npm run examples:update.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { listExamples, root } from './examples.mjs';

const env = { ...process.env, WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
const examples = listExamples();
for (const { group } of examples) rmSync(join(root, 'examples', group, 'expected'), { recursive: true, force: true });
for (const { directory, environment, expected, options } of examples) {
  const args = ['dist/waybill.cjs', 'render', directory, '-e', environment, ...options];
  const text = execFileSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  mkdirSync(dirname(join(root, expected)), { recursive: true });
  writeFileSync(join(root, expected), text);
}
console.error(`${examples.length} files written`);
