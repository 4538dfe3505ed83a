/**
 * Everything that an operator and the CI add for the applications of a repository, as files, and what to do with them in
 * order. Nothing in a cluster is touched, and nothing is restarted before its step says so.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { makeProduct, type NamedText } from '../notifications/generate/product.ts';
import type { Facts } from './facts.ts';
import { applicationSet, patches, sourceText } from './applications.ts';
import { type Installation, notificationsText, sidecar } from './operator.ts';
import { checkWorkflow, sourceWorkflow } from './workflows.ts';

/** What is asked for. */
export interface AdoptOptions {
  readonly installation: Installation;
  /** Whether Argo CD renders as before, and records are committed (docs/native.md): no sidecar, no patches. */
  readonly native: boolean;
  readonly organization: string;
  /** The repository of the deployments: its URL for Argo CD, and `owner/name` for CI. */
  readonly repoURL: string;
  readonly repositoryName: string;
  readonly argocdURL: string;
  readonly version: string;
  /** The folder of the files as people type it, for the steps. */
  readonly folder: string;
  /** Whether the command makes the GitHub App itself. */
  readonly makesApp: boolean;
  /** A ConfigMap argocd-notifications-cm of the operator's whose settings are kept. */
  readonly ownSettings: NamedText | undefined;
}

/** Files by path below the folder, and lines for people. */
export interface Adoption {
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/** Where the Secret of the GitHub App is written, below the folder; git does not see it. */
export const secretFile = 'notifications/argocd-notifications-secret.yaml';

/** Makes the files and the steps. */
export function adopt({ deployments }: Facts, options: AdoptOptions): Adoption {
  const { folder, installation, native, organization, version } = options;
  const files = new Map<string, string>();
  const steps: string[] = [];
  const step = (title: string, ...lines: readonly string[]): void => {
    const number = steps.filter((line) => /^\d/u.test(line)).length + 1;
    steps.push(`${number}. ${title}`, ...lines.map((line) => `   ${line}`));
  };
  if (!native) {
    for (const [path, text] of sidecar(deployments, installation, version)) files.set(path, text);
    if (installation === 'helm') {
      step(
        'Add the sidecar to the repo-server (it restarts; no application does)',
        `helm upgrade argo-cd argo/argo-cd -n argocd --reuse-values --values ${folder}/argocd/values-waybill.yaml`,
        'To undo: helm rollback argo-cd -n argocd',
      );
    } else {
      step(
        'Add the sidecar to the repo-server (it restarts; no application does)',
        `Copy ${folder}/argocd/waybill beside the kustomization that installs Argo CD, and add to it: components: [waybill]`,
        'kubectl apply -k . -n argocd --server-side',
        'To undo: remove the component, and apply again.',
      );
    }
  }
  const settings = notificationsText(deployments, organization, options.argocdURL);
  files.set('notifications.yaml', settings);
  files.set('.gitignore', '# The key of the GitHub App.\n*-secret.yaml*\n');
  const app = `waybill notifications github-app --organization ${organization} --output ${folder}/${secretFile}`;
  const isChart = installation === 'helm';
  const named = { file: `${folder}/notifications.yaml`, text: settings };
  const product = makeProduct(named, options.ownSettings, isChart ? 'helm-values' : 'configmap');
  files.set(isChart ? 'argocd/values-notifications.yaml' : 'notifications/argocd-notifications-cm.yaml', product.text);
  step(
    options.makesApp ? 'Apply the notifications' : 'Make the GitHub App, and apply the notifications',
    ...(options.makesApp ? [] : [app]),
    ...(isChart
      ? [
          `kubectl apply --server-side -f ${folder}/${secretFile}`,
          `helm upgrade argo-cd argo/argo-cd -n argocd --reuse-values --values ${folder}/argocd/values-notifications.yaml`,
          'To undo: helm rollback argo-cd -n argocd',
        ]
      : [
          'kubectl get configmap argocd-notifications-cm -n argocd -o yaml > argocd-notifications-cm.before.yaml',
          `kubectl apply --server-side --force-conflicts -f ${folder}/notifications/`,
          'To undo: kubectl replace -f argocd-notifications-cm.before.yaml. To keep notifications of your own: adopt --merge argocd-notifications-cm.before.yaml.',
        ]),
  );
  for (const { application: declared, chart, environment, directory, recordApart } of deployments) {
    const application = declared ?? chart;
    if (!recordApart || application === undefined) continue;
    const patch = `${application.name}.patch.yaml`;
    step(
      `Give ${application.name} its record as one more source, once the record is there`,
      `waybill record${environment === undefined ? '' : ` -e ${environment}`} -C ${directory || '.'} --patch > ${patch}`,
      ...(application.sources > 1 ? [`It has sources already: keep only the last operation of ${patch}.`] : []),
      `kubectl patch application ${application.name} -n ${application.ownNamespace ?? 'argocd'} --type json --patch-file ${patch}`,
      `It is declared in ${application.location.file}: change it there, too.`,
      'To undo: remove the last source.',
    );
  }
  const unknown = deployments.filter(({ application, kind }) => application === undefined && kind !== 'external');
  for (const deployment of native ? [] : deployments) {
    const { application } = deployment;
    if (application === undefined) continue;
    const both = patches(deployment);
    const { name } = application;
    if (both === undefined) {
      files.set(`applications/${name}.source.yaml`, sourceText(deployment));
      step(
        `Give ${name} the plugin (${application.set === undefined ? 'it has several sources' : `the ApplicationSet ${application.set} makes it`})`,
        `Write what ${folder}/applications/${name}.source.yaml says into the template or the list of sources, and push.`,
        'To undo: revert that commit.',
      );
      continue;
    }
    files.set(`applications/${name}.yaml`, both.there);
    files.set(`applications/${name}.back.yaml`, both.back);
    const where = `-n ${application.ownNamespace ?? 'argocd'} --type merge --patch-file ${folder}/applications/${name}`;
    step(
      `Give ${name} the plugin (no pod restarts: waybill init compared every object)`,
      `kubectl patch application ${name} ${where}.yaml`,
      `It is declared in ${application.location.file}: change it there, too.`,
      `To undo: kubectl patch application ${name} ${where}.back.yaml`,
    );
  }
  if (!native && unknown.length > 0) {
    files.set('applicationset.yaml', applicationSet(unknown, options.repoURL));
    step(
      `Deploy what no Application of the repository deploys (${unknown.length})`,
      `kubectl apply -f ${folder}/applicationset.yaml`,
      'To undo: kubectl delete applicationset waybill -n argocd --cascade=orphan',
    );
  }
  const repositories = new Set(
    deployments.flatMap(({ images }) => images.flatMap(({ repository }) => repository ?? [])),
  );
  for (const repository of repositories) {
    const running = deployments.filter(({ images }) => images.some((image) => image.repository === repository));
    const file = `ci/${repository.replaceAll('/', '-')}.yml`;
    files.set(file, sourceWorkflow(repository, running, options.repositoryName, version));
    step(
      `Let CI of ${repository} record the images that it builds`,
      `Copy ${folder}/${file} to its .github/workflows/waybill.yml`,
      'To undo: delete it.',
    );
  }
  files.set('ci/check.yml', checkWorkflow(version));
  step(
    'Check pull requests to the deployments',
    `Copy ${folder}/ci/check.yml to .github/workflows/waybill-check.yml, and make the check required.`,
    'To undo: delete it.',
  );
  if (repositories.size === 0) {
    steps.push(
      'No image has a sourceRepository yet: declare it in waybill.yaml (waybill init --registries reads it from the registries), and run adopt again.',
    );
  }
  return { files, steps, warnings: product.warnings };
}
