/**
 * Argo CD on the control plane: redis, the plugin's cmp-server, the repo-server, the application controller and the
 * notifications controller, with a stand-in of GitHub for what the last one sends.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { confineBinary } from '../tools/confine.mjs';
import { serveGit } from '../tools/git-http.ts';
import type { ControlPlane } from './control-plane.ts';
import { ports } from './ports.ts';
import { eventually, flags, type Processes } from './processes.ts';

/** Programs and folders that run.mjs prepared. */
export interface Prepared {
  /** The multi-call program of test/live/argocd. */
  readonly argocd: string;
  /** Argo CD's own manifests: its custom resource definitions. */
  readonly manifests: string;
  /** The stand-in of GitHub (engine/cmd/github). */
  readonly github: string;
  /** The bundled command line. */
  readonly waybill: string;
}

/** A folder of the environment and the arguments of the notifications controller, which scenarios restart. */
export interface ArgoCd {
  /** URL of the git server; the repositories are in `state/git`. */
  readonly gitURL: string;
  readonly close: () => Promise<void>;
  readonly notificationsController: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
  };
}

/** The ConfigMap that the product generates and the Secret with a key that works for the stand-in. */
function notificationSettings(state: string, waybill: string): void {
  const config = join(state, 'notifications.yaml');
  writeFileSync(
    config,
    `apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.example.com
github:
  - organization: acme
    appID: 1
    installationID: 1
    privateKey: $github-privateKey
    enterpriseURL: http://127.0.0.1:${ports.github}/api/v3
trust:
  - { projects: [default], namespaces: [argocd], repositories: ["acme/*"], environments: ["*"] }
`,
  );
  const settings = execFileSync(process.execPath, [waybill, 'notifications', 'generate', '-f', config]);
  writeFileSync(join(state, 'argocd-notifications-cm.yaml'), settings);
  execFileSync('openssl', ['genrsa', '-traditional', '-out', join(state, 'pki/app.key'), '2048'], { stdio: 'ignore' });
}

/** Starts everything below `state`. */
export async function startArgoCd(
  state: string,
  { argocd, manifests, github, waybill }: Prepared,
  { kubeconfig, kubectl }: ControlPlane,
  processes: Processes,
): Promise<ArgoCd> {
  const folder = (name: string): string => {
    const path = join(state, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const bin = folder('bin');
  const program = (name: string): string => join(bin, name);
  const names = ['cmp-server', 'repo-server', 'application-controller', 'notifications', 'git-ask-pass'];
  for (const name of names) symlinkSync(argocd, program(`argocd-${name}`));
  symlinkSync(argocd, program('argocd'));
  symlinkSync(argocd, program('git-ask-pass.sh'));
  // The image has this beside git. Without GPG keys it has nothing to verify.
  writeFileSync(program('git-verify-wrapper.sh'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  symlinkSync(await confineBinary(), program('waybill-confine'));
  symlinkSync(await kustomizeBinary(), program('kustomize'));
  symlinkSync(await helm4Binary(), program('helm'));
  writeFileSync(program('waybill'), `#!/bin/sh\nexec ${process.execPath} ${waybill} "$@"\n`, { mode: 0o755 });

  const crds = ['application', 'appproject', 'applicationset'].flatMap((name) => [
    '-f',
    join(manifests, `crds/${name}-crd.yaml`),
  ]);
  await kubectl('apply', '--server-side', '--force-conflicts', ...crds);
  await kubectl('create', 'namespace', 'argocd');
  await eventually(
    'the Application API',
    60,
    async () => await kubectl('-n', 'argocd', 'get', 'applications.argoproj.io'),
  );
  await kubectl('-n', 'argocd', 'apply', '-f', join(import.meta.dirname, 'conf/argocd.yaml'));

  const redis = `127.0.0.1:${ports.redis}`;
  const redisArgs = ['--bind', '127.0.0.1', '--port', String(ports.redis), '--save', '', '--appendonly', 'no'];
  processes.start('redis', 'redis-server', [...redisArgs, '--dir', folder('redis')]);
  const git = await serveGit(folder('git'), 'live');

  const plugins = folder('plugins');
  const configuration = folder('configuration');
  const tmp = folder('tmp');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}`,
    KUBECONFIG: kubeconfig,
    ARGOCD_PLUGINSOCKFILEPATH: plugins,
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: configuration,
    ARGOCD_SSH_DATA_PATH: configuration,
    ARGOCD_APP_CONF_PATH: configuration,
    ARGOCD_ASK_PASS_SOCK: join(tmp, 'ask-pass.sock'),
    TMPDIR: tmp,
  };
  processes.start(
    'cmp-server',
    program('argocd-cmp-server'),
    ['--config-dir-path', join(import.meta.dirname, '../../sidecar')],
    {
      ...env,
      ARGOCD_CMP_WORKDIR: folder('cmp'),
      TMPDIR: folder('cmp/tmp'),
    },
  );
  const repoServer = `127.0.0.1:${ports.repoServer}`;
  const repoServerFlags = flags({
    address: '127.0.0.1',
    port: ports.repoServer,
    'metrics-address': '127.0.0.1',
    'metrics-port': ports.repoServerMetrics,
    // 3.5.7 reads a certificate for clients even where TLS is off.
    'disable-tls': true,
    'client-ca-path': '',
    redis,
  });
  processes.start('repo-server', program('argocd-repo-server'), repoServerFlags, env);
  const client = { kubeconfig, namespace: 'argocd' };
  const controller = flags({
    ...client,
    redis,
    'repo-server': repoServer,
    'repo-server-plaintext': true,
    'metrics-port': ports.controllerMetrics,
    'app-resync': 120,
  });
  const oneShard = { ARGOCD_FAKE_IN_CLUSTER: 'true', ARGOCD_CONTROLLER_REPLICAS: '1', ARGOCD_CONTROLLER_SHARD: '0' };
  processes.start('application-controller', program('argocd-application-controller'), controller, {
    ...env,
    ...oneShard,
  });

  processes.start('github', github, ['-address', `127.0.0.1:${ports.github}`]);
  notificationSettings(state, waybill);
  await kubectl(
    '-n',
    'argocd',
    'apply',
    '--server-side',
    '--force-conflicts',
    '-f',
    join(state, 'argocd-notifications-cm.yaml'),
  );
  const key = `--from-file=github-privateKey=${join(state, 'pki/app.key')}`;
  await kubectl('-n', 'argocd', 'create', 'secret', 'generic', 'argocd-notifications-secret', key);
  await kubectl('-n', 'argocd', 'label', 'secret', 'argocd-notifications-secret', 'app.kubernetes.io/part-of=argocd');
  const notificationsController = {
    command: program('argocd-notifications'),
    args: flags({
      ...client,
      'argocd-repo-server': repoServer,
      'argocd-repo-server-plaintext': true,
      'metrics-port': ports.notificationsMetrics,
    }),
    env,
  };
  processes.start('notifications-controller', notificationsController.command, notificationsController.args, env);
  return { gitURL: git.url.replace('http://', 'http://live:live@'), notificationsController, close: () => git.close() };
}
