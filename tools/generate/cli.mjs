// docs/cli.md: plugin/cli/reference.ts makes it from the commands themselves.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';

/** @param {string} root @returns {Promise<[string, string][]>} */
export async function outputs(root) {
  const folder = await mkdtemp(join(root, 'node_modules', '.cli-docs-'));
  try {
    const file = join(folder, 'reference.mjs');
    await build({
      cwd: root,
      input: 'plugin/cli/reference.ts',
      platform: 'node',
      logLevel: 'warn',
      output: { file, format: 'esm', codeSplitting: false },
    });
    const { commandReference } = await import(file);
    return [['docs/cli.md', await commandReference()]];
  } finally {
    await rm(folder, { recursive: true });
  }
}
