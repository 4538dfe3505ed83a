// Makes every generated file anew: node tools/generate.mjs. With --check it writes nothing and fails
// when a committed file differs from what would be made. Each module in tools/generate/ exports
// outputs(): a list of [path, text].
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const check = process.argv.includes('--check');
let stale = 0;

for (const name of (await readdir(join(here, 'generate'))).sort()) {
  const { outputs } = await import(`./generate/${name}`);
  for (const [path, text] of await outputs(root)) {
    const before = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale += 1;
    if (check) console.error(`${path}: differs from what npm run generate makes`);
    else {
      await writeFile(join(root, path), text);
      console.error(`${path}: written`);
    }
  }
}
if (check && stale > 0) process.exitCode = 1;
