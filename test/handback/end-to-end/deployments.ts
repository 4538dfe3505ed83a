/**
 * The deployments repository of a walk: CI writes an environment's lock into it and pushes, Argo CD renders it.
 */
import { readJsonObjects } from '../../../plugin/notifications/replay/json-values.ts';
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { useArgoCD } from '../../tools/argocd-render.ts';
import { image, type World } from './world.ts';

const url = 'https://github.com/acme/deployments';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: user-service }
spec:
  selector: { matchLabels: { app: user-service } }
  template:
    metadata: { labels: { app: user-service } }
    spec: { containers: [{ name: main, image: "${image}:none" }] }
`;

const waybill = (source: string, fragment: string): string => `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
images: [{ name: ${image}, sourceRepository: "${source}" }]
environments: { staging: {}, production: {}, preview: {} }
${fragment}`;

/** A release of one commit into one environment. */
interface Release {
  readonly source: string;
  readonly commit: string;
  readonly environment: string;
}

/** The repository, and Argo CD that reads it. */
export interface Deployments {
  /** Makes the repository; `fragment` is added to waybill.yaml. */
  create(source: string, fragment?: string): void;
  /** What CI does after a build, and what Argo CD's own repo-server and the plugin then render. */
  release(release: Release): Promise<JsonObject[]>;
}

/** Call at the top of a test file. */
export function useDeployments(world: World): Deployments {
  const argocd = useArgoCD();
  let clone = '';
  return {
    create(source, fragment = '') {
      clone = world.repository(url, {
        'user-service/waybill.yaml': waybill(source, fragment),
        'user-service/base/deployment.yaml': deployment,
      });
    },
    async release({ source, commit, environment }) {
      const tag = `sha-${commit}`;
      const facts = `--source-repository ${source} --source-commit ${commit}`;
      const set = `waybill images set ${image} --tag ${tag} -e ${environment} -C user-service ${facts} --push`;
      const { code, output } = await world.sh(set, { cwd: clone });
      if (code !== 0) throw new Error(output);
      world.git(clone, 'pull', '--quiet', 'origin', 'main');
      const { manifests, error } = await argocd.render({
        repository: clone,
        application: JSON.stringify({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          // As the ApplicationSets in examples/ name it.
          metadata: { name: `user-service-${environment}`, namespace: 'argocd' },
          spec: {
            project: 'default',
            source: {
              repoURL: '',
              path: 'user-service',
              targetRevision: 'HEAD',
              plugin: { name: 'waybill', parameters: [{ name: 'environment', string: environment }] },
            },
            destination: { namespace: `ecotrack-${environment}`, server: 'https://kubernetes.default.svc' },
          },
        }),
      });
      if (error !== undefined) throw new Error(error);
      const lines = manifests.map((one) => JSON.stringify(one)).join('\n');
      return readJsonObjects(lines, 'manifests').flatMap(({ value }) => [value]);
    },
  };
}
