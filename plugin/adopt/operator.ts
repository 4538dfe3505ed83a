/**
 * The operator's files: the sidecar with its policy, and notifications.yaml. Which project may report to which source
 * repositories is filled in from what is deployed today.
 */
import { writeYaml } from '../yaml/write.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Deployment } from './facts.ts';
import { publishedAt, sidecarFiles } from './sidecar.generated.ts';

/** How Argo CD was installed: by its manifests with kustomize, or by the chart of argo-helm. */
export type Installation = 'install' | 'helm';

/** Repositories (`host/owner/name`) by the AppProject of the Applications that run their images. */
function repositoriesByProject(deployments: readonly Deployment[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { application, chart, images } of deployments) {
    const project = (application ?? chart)?.project ?? 'default';
    const known = found.get(project) ?? new Set();
    found.set(project, known);
    for (const { repository } of images) if (repository !== undefined) known.add(repository);
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]) => [key, [...set].sort()]));
}

function policyText(deployments: readonly Deployment[]): string {
  const rules = [...repositoriesByProject(deployments)].map(([project, repositories]) => ({
    projects: [project],
    repositories: [...repositories],
  }));
  return [
    "# The operator's policy: what applications may do when Argo CD renders them. All keys: waybill schema policy",
    writeYaml({
      apiVersion: 'waybill.dev/v1',
      kind: 'Policy',
      sources: [...new Set(deployments.map(({ kind }) => kind))].filter((kind) => kind !== 'external').sort(),
      remote: { kustomizeBases: false, helmDependencies: false },
      confinement: 'preferred',
      sourceRepositories: rules,
    }),
  ].join('\n');
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gmu, ' '.repeat(spaces));
}

/** The sidecar's files; none where no application needs the plugin. */
export function sidecar(
  deployments: readonly Deployment[],
  installation: Installation,
  version: string,
): ReadonlyMap<string, string> {
  const policy = policyText(deployments);
  if (installation === 'helm') {
    const values = sidecarFiles['argo-helm-values.yaml'];
    const at = values.indexOf('      policy.yaml: |\n') + '      policy.yaml: |\n'.length;
    return new Map([['argocd/values-waybill.yaml', `${values.slice(0, at)}${indented(policy, 8)}`]]);
  }
  const image = `ghcr.io/${publishedAt.toLowerCase()}:${version}`;
  return new Map([
    [
      'argocd/waybill/kustomization.yaml',
      sidecarFiles['kustomization.yaml'].replace(/^(?:#.*\n)+/u, '# Adds Waybill to the repo-server.\n'),
    ],
    [
      'argocd/waybill/repo-server.yaml',
      sidecarFiles['repo-server.yaml'].replace('image: waybill\n', `image: ${image}\n`),
    ],
    ['argocd/waybill/policy.yaml', policy],
  ]);
}

/** notifications.yaml for one organisation at GitHub. */
export function notificationsText(deployments: readonly Deployment[], organization: string, argocdURL: string): string {
  const own = (repository: string): boolean =>
    repository.toLowerCase().startsWith(`github.com/${organization.toLowerCase()}/`);
  const trust = [...repositoriesByProject(deployments)].flatMap(([project, all]): JsonObject[] => {
    const repositories = all.filter(own).map((one) => one.slice('github.com/'.length));
    return repositories.length === 0 ? [] : [{ projects: [project], repositories }];
  });
  return writeYaml({
    apiVersion: 'waybill.dev/v1',
    kind: 'Notifications',
    argocdURL,
    github: [
      {
        organization,
        appID: '$github-appID',
        installationID: '$github-installationID',
        privateKey: '$github-privateKey',
      },
    ],
    ...(trust.length === 0 ? {} : { trust }),
  });
}
