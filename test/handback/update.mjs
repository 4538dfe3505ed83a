// Writes examples/handback/*/generated anew with the built command: the one in the first line of handback.yaml.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const examples = join(root, 'examples/handback');
for (const entry of readdirSync(examples, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const folder = join(examples, entry.name);
  const [first = ''] = readFileSync(join(folder, 'handback.yaml'), 'utf8').split('\n');
  rmSync(join(folder, 'generated'), { recursive: true, force: true });
  const args = [join(root, 'dist/waybill.cjs'), '-C', folder, ...first.replace('# waybill ', '').split(' ')];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
