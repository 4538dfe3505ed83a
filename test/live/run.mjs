// npm run test:live [-- SCENARIO...]: a real Kubernetes control plane and a real Argo CD deploy through the plugin, and
// what a stand-in of GitHub receives is compared with the pods that were ready. Not part of CI: the first run builds
// Kubernetes and Argo CD (about 25 minutes on two cores). Linux and root only, since everything runs in a network and
// process namespace of its own: no port is reachable from outside, and no process outlives the run.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../tools/debian.mjs';
import { goBinary } from '../tools/go-binary.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));

/** Debian package of each program that the control plane and Argo CD need. */
const programs = {
  'etcd --version': 'etcd-server',
  'redis-server --version': 'redis-server',
  'openssl version': 'openssl',
  'ip -V': 'iproute2',
};

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function version(module, name) {
  const [, found] = new RegExp(`^\\s*${name.replaceAll('.', '\\.')} (v\\S+)`, 'mu').exec(
    readFileSync(join(here, module, 'go.mod'), 'utf8'),
  );
  return found;
}

if (process.platform !== 'linux' || process.getuid() !== 0) {
  console.error('test:live needs Linux and root: it makes a network and a process namespace. Run it with sudo.');
  process.exit(2);
}
installPackages(programs);

const kubernetes = version('kubernetes', 'k8s.io/kubernetes');
const argocd = version('argocd', 'github.com/argoproj/argo-cd/v3');
const component = 'k8s.io/component-base/version';
const [, major, minor] = /^v(\d+)\.(\d+)/u.exec(kubernetes);
console.error(`building Kubernetes ${kubernetes} and Argo CD ${argocd}, unless they are in the cache`);
const binaries = {
  WAYBILL_LIVE_KUBERNETES: await goBinary('test/live/kubernetes', {
    ldflags: `-s -w -X ${component}.gitVersion=${kubernetes} -X ${component}.gitMajor=${major} -X ${component}.gitMinor=${minor}`,
  }),
  WAYBILL_LIVE_ARGOCD: await goBinary('test/live/argocd', {
    ldflags: `-s -w -X github.com/argoproj/argo-cd/v3/common.version=${argocd.slice(1)}`,
  }),
  WAYBILL_LIVE_GITHUB: await goBinary('engine', { package: './cmd/github', ldflags: '-s -w' }),
};
const modules = spawnSync('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/argoproj/argo-cd/v3'], {
  cwd: join(here, 'argocd'),
  encoding: 'utf8',
});
run('node', ['tools/bundle.mjs']);

const filter = process.argv.slice(2);
const vitest = ['vitest', 'run', '--config', 'test/live/vitest.config.ts'];
const only = filter.length > 0 ? ['-t', ` (${filter.join('|')})$`] : [];
const inside = 'ip link set lo up && exec "$@"';
run(
  'unshare',
  [
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--',
    'sh',
    '-c',
    inside,
    'sh',
    'npx',
    ...vitest,
    ...only,
  ],
  { env: { ...process.env, ...binaries, WAYBILL_LIVE_MANIFESTS: join(modules.stdout.trim(), 'manifests') } },
);
