/**
 * A made-up deployments repository with a history: services whose locks change again and again, written by git's
 * fast-import, and the Applications that render them as a cluster would have them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { recordName } from '../../plugin/record/name.ts';

/** What it is to hold. */
export interface RepositoryPlan {
  readonly services: number;
  readonly environments: readonly string[];
  /** Deployments in the history: commits that change one lock each. */
  readonly deployments: number;
  /** When the last one is made, in seconds since 1970. @default a day in June 2026 */
  readonly end?: number;
}

/** The commit that version N of a service was built from. */
export function sourceCommit(service: string, version: number): string {
  return createHash('sha1').update(`${service} ${version}`).digest('hex');
}

/** The lock of a version. */
export function lockText(service: string, environment: string, version: number): string {
  const commit = sourceCommit(service, version);
  const digest = createHash('sha256').update(`${service} ${version}`).digest('hex');
  return `apiVersion: waybill.dev/v1
kind: ImageLock
environment: ${environment}
images:
  - name: ghcr.io/acme/${service}
    tag: sha-${commit}
    digest: sha256:${digest}
    source:
      repository: https://github.com/acme/${service}
      commit: ${commit}
      ref: refs/heads/main
      pullRequest: ${version + 1}
      run: https://github.com/acme/${service}/actions/runs/${version + 100}
`;
}

function configText(environments: readonly string[]): string {
  return `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
environments:
${environments.map((one) => `  ${one}: { resources: [../../shared/config.yaml] }\n`).join('')}`;
}

function deploymentText(service: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
  selector: { matchLabels: { app: ${service} } }
  template:
    metadata: { labels: { app: ${service} } }
    spec: { containers: [{ name: main, image: ghcr.io/acme/${service} }] }
`;
}

/** The name of the Nth service. */
function serviceName(index: number): string {
  return `service-${String(index).padStart(3, '0')}`;
}

interface Commit {
  readonly at: number;
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function stream(commits: readonly Commit[]): string {
  const parts = commits.map(({ at, files, message }) =>
    [
      `commit refs/heads/main\ncommitter CI Bot <ci@acme.dev> ${at} +0000\n${data(message)}`,
      ...Array.from(files, ([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
    ].join(''),
  );
  return `${parts.join('')}done\n`;
}

/** Writes commits into a new repository and checks the last one out. */
function writeHistory(folder: string, commits: readonly Commit[]): void {
  const git = (args: readonly string[], input?: string): void => {
    execFileSync('git', ['-C', folder, ...args], { input: input ?? '', stdio: ['pipe', 'ignore', 'inherit'] });
  };
  git(['init', '-q', '-b', 'main']);
  git(['fast-import', '--quiet', '--done', '--date-format=raw-permissive'], stream(commits));
  git(['remote', 'add', 'origin', 'https://github.com/acme/deployments.git']);
  git(['reset', '-q', '--hard', 'main']);
}

/** A deployment every ten minutes ends at this moment (seconds since 1970). */
const endOfHistory = Date.UTC(2026, 5, 1, 12) / 1000;

/** Which version of a service each environment runs in the end, by `service/environment`. */
export type Versions = ReadonlyMap<string, number>;

/**
 * Writes the repository. In turn each service gets a new version in its first environment, and the next environment
 * takes what the one before has.
 */
export function writeRepository(
  folder: string,
  { services, environments, deployments, end = endOfHistory }: RepositoryPlan,
): Versions {
  const names = Array.from({ length: services }, (_, index) => serviceName(index));
  const versions = new Map<string, number>();
  const shared = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shared }\ndata: { level: info }\n';
  const first = new Map<string, string>([['shared/config.yaml', shared]]);
  for (const name of names) {
    first.set(`apps/${name}/waybill.yaml`, configText(environments));
    first.set(`apps/${name}/base/deployment.yaml`, deploymentText(name));
    for (const environment of environments) {
      first.set(`apps/${name}/locks/${environment}.yaml`, lockText(name, environment, 0));
      versions.set(`${name}/${environment}`, 0);
    }
  }
  const begin = end - (deployments + 1) * 600;
  const commits: Commit[] = [{ at: begin, files: first, message: 'Add the services' }];
  for (let index = 0; index < deployments; index += 1) {
    const name = names[index % services] ?? '';
    const turn = Math.floor(index / services) % (environments.length + 1);
    const column = Math.max(0, turn - 1);
    const environment = environments[column] ?? '';
    const before = versions.get(`${name}/${environment}`) ?? 0;
    const version = column === 0 ? before + 1 : (versions.get(`${name}/${environments[column - 1] ?? ''}`) ?? 0);
    versions.set(`${name}/${environment}`, version);
    commits.push({
      at: begin + (index + 1) * 600,
      files: new Map([[`apps/${name}/locks/${environment}.yaml`, lockText(name, environment, version)]]),
      message: `Deploy ${name} to ${environment}\n\nTrigger: https://github.com/acme/${name}/actions/runs/${version}\n\nArgocd-reference-commit-sha: ${sourceCommit(name, version)}\nArgocd-reference-commit-author: "Ada Lovelace" <ada@acme.dev>\nArgocd-reference-commit-subject: Change ${version} of ${name}`,
    });
  }
  writeHistory(folder, commits);
  return versions;
}

/** An Application as `kubectl get -o json` prints it: healthy, and at what its lock names. */
export function madeUpApplication(service: string, environment: string, version: number, more: object = {}): object {
  const name = `${service}-${environment}`;
  const record = recordName({
    owner: 'acme',
    repository: service,
    environment,
    application: name,
    commit: sourceCommit(service, version),
  });
  const revision = 'f'.repeat(40);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', uid: name },
    spec: {
      project: 'default',
      source: {
        repoURL: 'https://github.com/acme/deployments.git',
        path: `apps/${service}`,
        plugin: { name: 'waybill', parameters: [{ name: 'environment', string: environment }] },
      },
      destination: { server: 'https://kubernetes.default.svc', namespace: environment },
      syncPolicy: { automated: {} },
    },
    status: {
      sync: { status: 'Synced', revision },
      health: { status: 'Healthy', lastTransitionTime: '2026-06-01T11:00:10Z' },
      reconciledAt: '2026-06-01T11:30:00Z',
      operationState: {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: '2026-06-01T11:00:00Z',
        finishedAt: '2026-06-01T11:00:05Z',
        operation: { sync: { revision } },
        syncResult: { revision, resources: [{ kind: 'ConfigMap', name: record, status: 'Synced' }] },
      },
      resources: [
        { kind: 'ConfigMap', name: record, namespace: environment, status: 'Synced', version: 'v1' },
        { group: 'apps', kind: 'Deployment', name: service, namespace: environment, status: 'Synced', version: 'v1' },
      ],
      summary: { images: [`ghcr.io/acme/${service}:sha-${sourceCommit(service, version)}`] },
      ...more,
    },
  };
}
