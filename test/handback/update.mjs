// Writes examples/handback/*/generated anew with the built command.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const examples = join(root, 'examples/handback');
for (const entry of readdirSync(examples, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const folder = join(examples, entry.name);
  rmSync(join(folder, 'generated'), { recursive: true, force: true });
  const args = [join(root, 'dist/waybill.cjs'), '-C', folder, 'handback', 'generate', entry.name];
  execFileSync(process.execPath, [...args, '--output-dir', 'generated'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
