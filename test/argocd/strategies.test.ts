import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { useArgoCD } from '../tools/argocd-render.ts';
import { temporaryFolders } from '../tools/folder.ts';

// Strategies inside Argo CD: its own cmp-server runs the plugin, a real registry answers.
const argocd = useArgoCD();
const folder = temporaryFolders();
let server: RegistryServer;
let digest = '';

beforeAll(async () => {
  server = await startRegistry();
  [digest = ''] = await server.push({ repository: 'acme/a', tag: '1.2.0' }, { repository: 'acme/a', tag: '1.1.0' });
});
afterAll(() => server.close());

function render(policy: string) {
  return argocd.render({
    repository: folder({
      'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
images: [{ name: ${server.host}/acme/a, strategy: semver }]
environments: { staging: {} }
`,
      'app/pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { containers: [{ name: a, image: "${server.host}/acme/a" }] }
`,
    }),
    application: JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop', namespace: 'argocd' },
      spec: {
        project: 'default',
        source: {
          repoURL: '',
          path: 'app',
          targetRevision: 'HEAD',
          plugin: { name: 'waybill', parameters: [{ name: 'environment', string: 'staging' }] },
        },
        destination: { namespace: 'shop', server: 'https://kubernetes.default.svc' },
      },
    }),
    policy: `apiVersion: waybill.dev/v1\nkind: Policy\n${policy}`,
    flags: ['-cmp-env', `WAYBILL_REGISTRIES=${server.hostsFile}`],
  });
}

it('run where the policy lets a render ask the registry', async () => {
  const { error, manifests } = await render(`registries: { ask: ["${server.host}"] }\n`);
  expect(error).toBeUndefined();
  expect(JSON.stringify(manifests)).toContain(`"image":"${server.host}/acme/a:1.2.0@${digest}"`);
  expect((await server.log()).map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    'GET /v2/acme/a/tags/list',
    'HEAD /v2/acme/a/manifests/1.2.0',
  ]);
});

it('need the lock elsewhere, and nobody is asked', async () => {
  const { error, manifests } = await render('');
  expect(manifests).toEqual([]);
  expect(error).toMatch(/error\[strategy-not-allowed\][\s\S]*waybill images update -e staging/u);
  expect(await server.log()).toEqual([]);
});

it('end with a sentence, not with the plugin, when the registry takes too long', async () => {
  await server.faults({ path: '/tags/list', delayMilliseconds: 20_000 });
  const { error } = await render(`registries: { ask: ["${server.host}"] }\nlimits: { seconds: 2 }\n`);
  await server.faults();
  expect(error).toMatch(/error\[limit-seconds\]/u);
});
