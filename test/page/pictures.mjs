// Makes the pictures of the page: npm run pictures
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

// Beside its source, so that it finds what that finds.
const file = join(import.meta.dirname, `.pictures-${process.pid}.mjs`);
try {
  const external = ['playwright-core', 'axe-core', /chromium\.mjs$/u];
  await build({
    input: 'test/page/pictures.ts',
    platform: 'node',
    logLevel: 'warn',
    external,
    output: { file, format: 'esm' },
  });
  const { takePictures } = await import(pathToFileURL(file).href);
  await takePictures('docs/pictures');
} finally {
  rmSync(file);
}
