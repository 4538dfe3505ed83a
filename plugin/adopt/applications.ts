/**
 * Argo CD's side of each deployment: a patch that gives an Application the plugin in the place of what it has, and the
 * patch that gives it back; where there is no Application yet, an ApplicationSet.
 */
import { baseName } from '../files/path.ts';
import { getKey, type JsonObject } from '../resources/json.ts';
import { slug } from '../templates/slug.ts';
import { writeYaml } from '../yaml/write.ts';
import type { Deployment } from './facts.ts';

/** Keys of a source that say how Argo CD itself renders. */
const renderers = ['helm', 'kustomize', 'directory', 'plugin'];

function pluginOf({ environment }: Deployment): JsonObject {
  const parameters = environment === undefined ? [] : [{ name: 'environment', string: environment }];
  return { name: 'waybill', ...(parameters.length === 0 ? {} : { parameters }) };
}

/** Merge patches of an Application (RFC 7386: null removes), there and back. */
export function patches(deployment: Deployment): { readonly there: string; readonly back: string } | undefined {
  const { application, directory } = deployment;
  // A list of sources cannot be patched by a merge, and an ApplicationSet writes its Applications again.
  if (application === undefined || application.sources > 1 || application.set !== undefined) return undefined;
  const { source } = application;
  const has = renderers.filter((key) => getKey(source, key) !== undefined);
  const there: JsonObject = {
    path: directory || '.',
    ...Object.fromEntries(has.map((key) => [key, null])),
    plugin: pluginOf(deployment),
  };
  const back: JsonObject = {
    path: getKey(source, 'path') ?? '.',
    plugin: null,
    ...Object.fromEntries(has.map((key) => [key, getKey(source, key) ?? null])),
  };
  return { there: writeYaml({ spec: { source: there } }), back: writeYaml({ spec: { source: back } }) };
}

/** The source of an Application of this deployment, for an ApplicationSet or a list of sources that people edit. */
export function sourceText(deployment: Deployment): string {
  return writeYaml({ source: { path: deployment.directory, plugin: pluginOf(deployment) } });
}

/** One ApplicationSet for deployments that no Application of the repository deploys. */
export function applicationSet(deployments: readonly Deployment[], repoURL: string): string {
  const elements = deployments.map(({ directory, environment, namespace }) => {
    const service = slug(baseName(directory)) || 'application';
    const name = environment === undefined ? service : `${service}-${environment}`;
    return { name, path: directory || '.', environment: environment ?? '', namespace: namespace ?? service };
  });
  return `# Syncs nothing by itself until you add syncPolicy.automated. Check the namespaces before you apply it.\n${writeYaml(
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'waybill', namespace: 'argocd' },
      spec: {
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
        generators: [{ list: { elements } }],
        template: {
          metadata: { name: '{{ .name }}' },
          spec: {
            project: 'default',
            source: {
              repoURL,
              targetRevision: 'HEAD',
              path: '{{ .path }}',
              plugin: { name: 'waybill', parameters: [{ name: 'environment', string: '{{ .environment }}' }] },
            },
            destination: { server: 'https://kubernetes.default.svc', namespace: '{{ .namespace }}' },
            syncPolicy: { syncOptions: ['CreateNamespace=true'] },
          },
        },
      },
    },
  )}`;
}
