// The sidecar's files as texts in the program: `waybill adopt` writes them, also where there is no copy of the repository.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const files = ['kustomization.yaml', 'repo-server.yaml', 'argo-helm-values.yaml'];

/** @param {string} root */
export async function outputs(root) {
  const { repository } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [, name] = /github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(repository.url) ?? [];
  const texts = await Promise.all(
    files.map(
      async (file) =>
        `  ${JSON.stringify(file)}: ${JSON.stringify(await readFile(join(root, 'sidecar', file), 'utf8'))},\n`,
    ),
  );
  const text = `// Made by npm run generate from sidecar/ and package.json. Do not edit.

/** Files of sidecar/ by name. */
export const sidecarFiles = {
${texts.join('')}} as const;

/** Where Waybill is published: \`owner/name\` on github.com. */
export const publishedAt = ${JSON.stringify(name)};
`;
  return [['plugin/adopt/sidecar.generated.ts', text]];
}
