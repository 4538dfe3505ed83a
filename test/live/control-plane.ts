/**
 * A Kubernetes control plane without containers: etcd, the API server, controllers and the scheduler, with kwok as
 * the one node. kwok plays pods by their annotations and image tags (conf/kwok.yaml): `-never` never becomes ready,
 * `-crash` crashes, `-pull` cannot be pulled, a Job's `-fail` fails.
 */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ApiAccess } from './api.ts';
import { ports } from './ports.ts';
import { eventually, execute, flags, type Processes } from './processes.ts';

/** A control plane that runs. */
export interface ControlPlane {
  readonly access: ApiAccess;
  readonly kubeconfig: string;
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
}

async function certificates(folder: string): Promise<void> {
  const openssl = async (line: string) => await execute('openssl', line.split(' '), { cwd: folder });
  await openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 3650 -subj /CN=live-ca');
  await openssl('req -newkey rsa:2048 -nodes -keyout api.key -out api.csr -subj /CN=kube-apiserver');
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc\n';
  writeFileSync(join(folder, 'api.ext'), names);
  const signing = 'x509 -req -in api.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650';
  await openssl(`${signing} -extfile api.ext -out api.crt`);
  await openssl('genrsa -out sa.key 2048');
}

function kubeconfigText({ port, token, authority }: ApiAccess): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: live, cluster: {server: "https://127.0.0.1:${port}", certificate-authority: ${authority}}}]
users: [{name: admin, user: {token: ${token}}}]
contexts: [{name: live, context: {cluster: live, user: admin}}]
current-context: live
`;
}

/** Starts everything below `state`; `program` is the multi-call program of test/live/kubernetes. */
export async function startControlPlane(state: string, program: string, processes: Processes): Promise<ControlPlane> {
  // The program looks at the name by which it is called.
  const binary = join(state, 'kube');
  symlinkSync(program, binary);
  const pki = join(state, 'pki');
  mkdirSync(pki);
  await certificates(pki);
  const token = randomBytes(16).toString('hex');
  writeFileSync(join(pki, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
  const access: ApiAccess = { port: ports.api, token, authority: join(pki, 'ca.crt') };
  const kubeconfig = join(state, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(access));
  chmodSync(kubeconfig, 0o600);
  const kubectl = async (...args: readonly string[]) =>
    await execute(binary, ['kubectl', '--kubeconfig', kubeconfig, ...args]);

  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  const clients = { 'listen-client-urls': etcd, 'advertise-client-urls': etcd };
  const peers = { 'listen-peer-urls': peer, 'initial-advertise-peer-urls': peer, 'initial-cluster': `live=${peer}` };
  processes.start('etcd', 'etcd', flags({ 'data-dir': join(state, 'etcd'), name: 'live', ...clients, ...peers }));
  const signingKey = join(pki, 'sa.key');
  const apiServer = flags({
    'etcd-servers': etcd,
    'bind-address': '127.0.0.1',
    'secure-port': ports.api,
    'advertise-address': '127.0.0.1',
    'endpoint-reconciler-type': 'none',
    'tls-cert-file': join(pki, 'api.crt'),
    'tls-private-key-file': join(pki, 'api.key'),
    'token-auth-file': join(pki, 'tokens.csv'),
    'authorization-mode': 'RBAC',
    // There is no node lifecycle controller that would remove the taint.
    'disable-admission-plugins': 'TaintNodesByCondition',
    // etcd 3.4 (Debian 12) cannot serve streaming lists, and clients would wait for them.
    'feature-gates': 'WatchList=false',
    'service-cluster-ip-range': '10.250.0.0/24',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': signingKey,
    'service-account-signing-key-file': signingKey,
  });
  processes.start('kube-apiserver', binary, ['kube-apiserver', ...apiServer]);
  await eventually('the API server', 120, async () => await kubectl('get', '--raw', '/readyz'));
  const client = { kubeconfig, 'leader-elect': false, 'bind-address': '127.0.0.1', 'secure-port': 0 };
  const absent = ['node-lifecycle-controller', 'node-ipam-controller', 'horizontal-pod-autoscaler-controller'];
  const volumes = ['persistentvolume-binder-controller', 'persistentvolume-attach-detach-controller'];
  const controllerManager = flags({
    ...client,
    'service-account-private-key-file': signingKey,
    'root-ca-file': access.authority,
    controllers: ['*', ...[...absent, ...volumes].map((name) => `-${name}`)].join(','),
  });
  processes.start('kube-controller-manager', binary, ['kube-controller-manager', ...controllerManager]);
  processes.start('kube-scheduler', binary, ['kube-scheduler', ...flags(client)]);
  const conf = join(import.meta.dirname, 'conf');
  const kwok = flags({ kubeconfig, 'manage-all-nodes': true, config: join(conf, 'kwok.yaml') });
  processes.start('kwok', binary, ['kwok', ...kwok]);
  await kubectl('apply', '-f', join(conf, 'node.yaml'));
  await eventually(
    'the default service account',
    60,
    async () => await kubectl('-n', 'default', 'get', 'sa', 'default'),
  );
  return { access, kubeconfig, kubectl };
}
