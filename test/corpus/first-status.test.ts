/**
 * The four commands of docs/adopt.md from a clone to the first status; `npm run corpus:init` counts them on repositories
 * of others.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { engineBinary } from '../tools/argocd.mjs';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { firstStatus } from './first-status.mjs';

const repositories = temporaryRepositories();
const folder = temporaryFolders();

it('leads to the first status with the four commands of docs/adopt.md', async () => {
  const bare = repositories.bare('first', {
    'apps/web/base/kustomization.yaml': 'resources: [a.yaml]\n',
    'apps/web/base/a.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1" }] } } }\n',
    'apps/web/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
    'argocd/web.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop }\nspec:\n  project: default\n  destination: { namespace: shop }\n  source: { repoURL: "https://github.com/acme/deployments", path: apps/web/overlays/staging }\n',
  });
  const env = {
    ...repositories.env,
    WAYBILL_ENGINE: await engineBinary(),
    WAYBILL_KUSTOMIZE: await kustomizeBinary(),
  };
  const clone = repositories.clone(bare);
  const result = await firstStatus({ program: 'dist/waybill.cjs', clone, folder: folder({}), env });
  // Messages of one moment come in any order.
  expect(result.requests.toSorted()).toEqual([
    'commit status success of acme/web@8f3c0e7, deployment/shop -> 201',
    'deployment of acme/web@8f3c0e7 in staging -> 201',
    'deployment status success of acme/web@8f3c0e7 in staging -> 201',
  ]);
  const [, block = ''] =
    /## The first status in four commands[\s\S]*?```sh\n([\s\S]*?)```/u.exec(readFileSync('docs/adopt.md', 'utf8')) ??
    [];
  const documented = block.trim().split('\n');
  expect(documented).toHaveLength(4);
  const plain = (line: string): string =>
    line.replace(/:sha-\S+/u, ':TAG').replace(/ --source-repository \S+ --source-commit \S+/u, '');
  expect(result.commands.map(plain)).toEqual(documented.map(plain));
});
