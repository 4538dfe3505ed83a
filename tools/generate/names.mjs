// Where Waybill is published has one source: `repository.url` and `version` of package.json. Everything that names the
// repository, the image on GitHub's registry or a version gets them from here; whoever publishes a fork changes one value.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const files = [
  '.github/CODEOWNERS',
  '.github/ISSUE_TEMPLATE/config.yml',
  '.github/ISSUE_TEMPLATE/wrong-status.yml',
  'README.md',
  'action.yml',
  'docs/install.md',
  'docs/sidecar.md',
  'sidecar/Dockerfile',
  'sidecar/argo-helm-values.yaml',
  'sidecar/kustomization.yaml',
];

/** The names in a text, as package.json has them. */
function renamed(text, { repository, image, version }) {
  return text
    .replaceAll(/\bgithub\.com\/[\w.-]+\/waybill\b/g, `github.com/${repository}`)
    .replaceAll(/@[\w.-]+\/waybill-/g, `@${repository.split('/')[0]}/waybill-`)
    .replaceAll(/\braw\.githubusercontent\.com\/[\w.-]+\/waybill\b/g, `raw.githubusercontent.com/${repository}`)
    .replaceAll(/\bghcr\.io\/[\w.-]+\/waybill:[\w.-]+/g, `${image}:${version}`)
    .replaceAll(/\bghcr\.io\/[\w.-]+\/waybill\b(?!:)/g, image)
    .replaceAll(/\buses: [\w.-]+\/waybill@v[\w.-]+/g, `uses: ${repository}@v${version}`)
    .replaceAll(/(newTag: |waybill\/\/sidecar\?ref=v)[\w.-]+/g, `$1${version}`)
    .replaceAll(/(--repo )[\w./-]+/g, `$1${repository}`)
    .replace(/(released version to install[^\n]*\n\s+default: ")[^"]*/, `$1${version}`)
    .replaceAll(/\breleases\/download\/v\d[\w.-]*/g, `releases/download/v${version}`);
}

/**
 * @param {string} root
 * @returns {Promise<[path: string, text: string][]>}
 */
export async function outputs(root) {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  const json = JSON.parse(text);
  const [, repository] = /github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(json.repository.url) ?? [];
  if (repository === undefined) throw new Error('repository.url of package.json names no repository on github.com');
  const names = { repository, image: `ghcr.io/${repository.toLowerCase()}`, version: json.version };
  json.homepage = `https://github.com/${repository}#readme`;
  json.bugs = { url: `https://github.com/${repository}/issues` };
  /** @type {[path: string, text: string][]} */
  const made = [['package.json', `${JSON.stringify(json, undefined, 2)}\n`]];
  for (const file of files) made.push([file, renamed(await readFile(join(root, file), 'utf8'), names)]);
  return made;
}
