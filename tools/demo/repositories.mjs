// The two repositories of the demo. Every commit has a fixed author and time, so the demo makes the same commits on every
// machine, and results that were recorded on one fit all others.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const labels = '{ app.kubernetes.io/name: web }';

/** The repository acme/deployments. */
const deployments = {
  'apps/web/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source:
  manifests: base
images:
  - name: ghcr.io/acme/web
    sourceRepository: https://github.com/acme/web
namespace: web
environments:
  staging: {}
  production:
    overlays:
      - target: { kind: Deployment }
        merge:
          spec: { replicas: 3 }
`,
  'apps/web/base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: ${labels}
spec:
  replicas: 1
  selector:
    matchLabels: ${labels}
  template:
    metadata:
      labels: ${labels}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web
`,
  'apps/web/base/service.yaml': `apiVersion: v1
kind: Service
metadata: { name: web, labels: ${labels} }
spec:
  selector: ${labels}
  ports: [{ port: 80, targetPort: 8080 }]
`,
  'notifications.yaml': `apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.acme.dev
github:
  - organization: acme
    appID: 12345
    installationID: 67890
    privateKey: $github-privateKey
`,
};

/** What the developers of acme/web commit, in order. */
const changes = ['Greet visitors', 'Read greetings from the database', 'Wait until the database is there'];

/** Git in the demo's folder: nothing of the machine's configuration, and a clock of its own. */
function gitEnv(home, env) {
  let seconds = Date.parse('2026-11-20T18:00:00Z') / 1000;
  return () => {
    seconds += 60;
    const identity = { NAME: 'Ada Demo', EMAIL: 'ada@acme.dev', DATE: `@${seconds} +0000` };
    const authors = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    );
    return {
      PATH: env.PATH,
      HOME: home,
      ...(env.TMPDIR ? { TMPDIR: env.TMPDIR } : {}),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...Object.fromEntries(authors),
    };
  };
}

/**
 * Makes acme/web and acme/deployments as bare repositories, and a clone of each.
 * @param {string} folder an empty folder
 * @param {Record<string, string | undefined>} env the caller's environment
 */
export function makeRepositories(folder, env) {
  const nextEnv = gitEnv(folder, env);
  const git = (cwd, ...args) =>
    execFileSync('git', ['-C', cwd, ...args], {
      env: nextEnv(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const make = (name) => {
    const bare = join(folder, 'git.acme.dev', `${name}.git`);
    const clone = join(folder, name);
    git(folder, 'init', '-q', '--bare', '-b', 'main', '--object-format=sha1', bare);
    git(folder, 'init', '-q', '-b', 'main', '--object-format=sha1', clone);
    git(clone, 'remote', 'add', 'origin', bare);
    return clone;
  };
  const commit = (clone, files, message) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    git(clone, 'add', '.');
    git(clone, 'commit', '-q', '-m', message);
    git(clone, 'push', '-q', '-u', 'origin', 'main');
    return git(clone, 'rev-parse', 'HEAD');
  };
  const web = make('web');
  const manifests = make('deployments');
  commit(manifests, deployments, 'Deploy web');
  return {
    git,
    nextEnv,
    deployments: manifests,
    /** Makes the next commit of acme/web: its hash and subject. */
    develop: (number) => {
      const subject = changes[number];
      return { commit: commit(web, { 'main.go': `package main\n\n// ${subject}.\n` }, subject), subject };
    },
  };
}
