import { describe, expect, it } from 'vitest';
import { type ArgoCDRequest, servers, useArgoCD } from '../tools/argocd-render.ts';
import { type FolderContent, temporaryFolders } from '../tools/folder.ts';

// What the users of Argo CD see of the plugin, through Argo CD's own code, whichever server it talks to.
const folder = temporaryFolders();

const configMap = (name: string, data = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${data}`;
const waybill = (more: string): string => `apiVersion: waybill.dev/v1\nkind: Waybill\n${more}`;

function application(
  more: { name?: string; path?: string; plugin?: object; annotations?: object; project?: string } = {},
): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: more.name ?? 'shop', namespace: 'argocd', annotations: more.annotations ?? {} },
    spec: {
      project: more.project ?? 'default',
      source: {
        repoURL: '',
        path: more.path ?? 'app',
        targetRevision: 'HEAD',
        plugin: { name: 'waybill', ...more.plugin },
      },
      destination: { namespace: 'ecotrack', server: 'https://kubernetes.default.svc' },
    },
  });
}

function request(files: FolderContent, more: Partial<ArgoCDRequest> = {}): ArgoCDRequest {
  return { repository: folder(files), application: application(), ...more };
}

const environment = (name: string): object => ({ parameters: [{ name: 'environment', string: name }] });

describe.each(servers)('through %s', (server) => {
  const argocd = useArgoCD(server);

  describe('an error', () => {
    it("follows Argo CD's words with the decisive line first, all mistakes, and no manifest", async () => {
      const { error, manifests } = await argocd.render(
        request({
          'app/a.yaml': 'apiVersion: v1\nkind: [\n',
          'app/b.json': '{"apiVersion": "v1"}',
          'app/c.yaml': configMap('c'),
        }),
      );
      expect(manifests).toEqual([]);
      const [first, ...rest] = (error ?? '').split('\n');
      expect(first).toMatch(
        /^Failed to load target state: failed to generate manifest for source 1 of 1: .*(?:`waybill-confine --guard [^`]* waybill plugin generate` failed exit status 1: |desc = )app\/a\.yaml:2:8: error\[yaml-syntax\]: /u,
      );
      expect(rest.join('\n')).toContain('app/b.json:1: error[resource-no-kind]');
      // No escape codes, no places on the plugin's machine.
      // oxlint-disable-next-line no-control-regex -- the escape character is what must not be there
      expect(error).not.toMatch(/\u001B|\/tmp\/|_cmp_server/u);
    });

    it('names the environments when none, or a wrong one, is asked for', async () => {
      const files = {
        'app/waybill.yaml': waybill('environments: {staging: {}, production: {}}\n'),
        'app/a.yaml': configMap('a'),
      };
      expect((await argocd.render(request(files))).error).toMatch(/staging, production/u);
      const wrong = request(files, { application: application({ plugin: environment('prod') }) });
      expect((await argocd.render(wrong)).error).toMatch(
        /error\[environment-unknown\][\s\S]*Environments: staging, production\. Did you mean production\?/u,
      );
    });

    it("keeps helm's own message, with the command", async () => {
      const files = {
        'app/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
        'app/templates/a.yaml': '{{ fail "an image is needed" }}',
      };
      const { error } = await argocd.render(request(files));
      expect(error).toMatch(/error\[binary-failed\]: helm failed: .*an image is needed/u);
      expect(error).toMatch(
        /\n {2}Command: helm template --include-crds --namespace=ecotrack --kube-version=1\.36\.1/u,
      );
    });
  });

  describe('no resources', () => {
    it('are an error, since Argo CD would delete everything, unless they are meant', async () => {
      const empty = { 'app/waybill.yaml': waybill('source: {manifests: base}\n'), 'app/base/none.yaml': '# nothing\n' };
      expect((await argocd.render(request(empty))).error).toContain('error[empty-result]');
      const meant = { ...empty, 'app/waybill.yaml': waybill('source: {manifests: base}\nallowEmpty: true\n') };
      expect(await argocd.render(request(meant))).toEqual({ error: undefined, manifests: [] });
    });
  });

  describe("the operator's policy", () => {
    const policy = (more: string): string => `apiVersion: waybill.dev/v1\nkind: Policy\n${more}`;
    const chart = { 'app/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' };

    it.each<[string, FolderContent, string, RegExp]>([
      [
        'kinds of source',
        { ...chart, 'app/templates/a.yaml': configMap('a') },
        'sources: [manifests]\n',
        /error\[source-forbidden\]/u,
      ],
      [
        'seconds',
        { ...chart, 'app/templates/a.yaml': '{{ range until 10000000 }}{{ range until 100000 }}{{ end }}{{ end }}' },
        'limits: {seconds: 1}\n',
        /seconds/u,
      ],
      [
        'resources',
        { 'app/a.yaml': configMap('a'), 'app/b.yaml': configMap('b') },
        'limits: {resources: 1}\n',
        /error\[limit-resources\]/u,
      ],
      [
        'bytes',
        { 'app/a.yaml': configMap('a', `data: {x: ${'x'.repeat(2000)}}\n`) },
        'limits: {bytes: 1000}\n',
        /error\[limit-bytes\]/u,
      ],
      [
        'aliases',
        { 'app/a.yaml': configMap('a', `data: &a {x: "1"}\nb: [${'*a, '.repeat(200)}]\n`) },
        'limits: {aliasExpansion: 100}\n',
        /error\[alias-limit\]/u,
      ],
    ])('limits %s', async (_name, files, text, expected) => {
      const { error, manifests } = await argocd.render(request(files, { policy: policy(text) }));
      expect(error).toMatch(expected);
      expect(manifests).toEqual([]);
    });

    it('is not widened by a file in the repository, which can set the parameters', async () => {
      const files = {
        'app/waybill.yaml': waybill('source: {manifests: base}\nenvironments: {staging: {}, production: {}}\n'),
        'app/base/a.yaml': configMap('a'),
      };
      const rule = policy('environments:\n- {names: [production], projects: [production]}\n');
      const source = 'plugin:\n  parameters: [{name: environment, string: production}]\n';
      const more = { policy: rule, application: application({ plugin: environment('staging') }) };
      expect((await argocd.render(request(files, more))).manifests).toHaveLength(1);
      const overridden = { ...files, 'app/.argocd-source.yaml': source };
      expect((await argocd.render(request(overridden, more))).error).toMatch(/production/u);
      // Without the rule the override takes effect: that is what the rule is for.
      const free = await argocd.render(request(overridden, { application: more.application }));
      expect(free.error).toBeUndefined();
    });
  });

  // One attack of each kind of docs/threat-model.md; test/attacks, plugin/sources and test/sidecar have their variants.
  describe('a hostile repository', () => {
    const image = 'evil.example/x:1';
    const pod = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: "${image}"}]}}`;
    const overlay = (change: string): string => waybill(`overlays: [{ target: {name: a}, ${change} }]\n`);
    const chart = {
      'app/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'app/templates/a.yaml': configMap('a'),
    };
    const copies = Array.from({ length: 40 }, (_, index) => `{ op: copy, from: /data, path: /data/x${index} }`).join(
      ', ',
    );
    const record = `waybill.acme.payments.production.shop.${'a1'.repeat(20)}`;
    const policy = `apiVersion: waybill.dev/v1
kind: Policy
registries: { images: [ghcr.io/acme] }
environments: [{ names: [production], namespaces: [shop-production] }]
sourceRepositories: [{ projects: [default], repositories: ["github.com/acme/shop"] }]
`;

    it.each<[string, FolderContent, string]>([
      [
        'makes an option of a release name',
        {
          ...chart,
          'app/waybill.yaml': waybill('source: { helm: { chart: ., releaseName: "--set-file=a=/etc/passwd" } }\n'),
        },
        'helm-argument',
      ],
      [
        'refers to a file in a schema',
        { ...chart, 'app/values.schema.json': '{"$ref": "file:///etc/passwd"}' },
        'source-remote',
      ],
      [
        'spells a key of kustomize in another case',
        { 'app/kustomization.yaml': 'Resources: [../../x]\n' },
        'kustomize-key',
      ],
      ['climbs by kustomize', { 'app/kustomization.yaml': 'resources: [../../../x.yaml]\n' }, 'path-escapes'],
      [
        'reads .git',
        { 'app/kustomization.yaml': 'configMapGenerator: [{ name: a, files: [../.git/config] }]\n' },
        'file-missing',
      ],
      [
        'makes a list by an overlay',
        { 'app/waybill.yaml': overlay(`merge: { items: [${pod}] }`), 'app/a.yaml': configMap('a') },
        'resource-list',
      ],
      ['runs an image from elsewhere', { 'app/a.yaml': `${pod}\n` }, 'policy-image'],
      [
        "deploys into production's namespace",
        { 'app/a.yaml': configMap('a', '  namespace: shop-production\n') },
        'policy-environment',
      ],
      ['writes a record of another team', { 'app/a.yaml': configMap(record) }, 'policy-source-repository'],
      [
        'copies without end',
        {
          'app/waybill.yaml': overlay(`patch: [${copies}]`),
          'app/a.yaml': configMap('a', 'data: {a: {}}\n'),
        },
        'limit-nodes',
      ],
    ])('that %s gets nothing', async (_name, files, code) => {
      const { error, manifests } = await argocd.render(request(files, { policy }));
      expect(error).toContain(`error[${code}]`);
      expect(error).not.toMatch(/root:x:0|\[remote/u);
      expect(manifests).toEqual([]);
    });
  });

  describe('plain manifests', () => {
    it('are what Argo CD itself would have made of the files, lists included', async () => {
      const item = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
      const files = {
        'app/a.yaml': `apiVersion: v1\nkind: List\nitems: [${item('a')}, ${item('b')}]\n`,
        'app/b.yaml': `---\napiVersion: v1\nkind: ConfigMapList\nitems: [${item('c')}]\n---\nkind: List\napiVersion: v1\nitems: []\n`,
        'app/c.yaml': `---\nkind: List\napiVersion: v1\nitems: null\n---\napiVersion: acme.dev/v1\nkind: Runner\nitems: [${item('d')}]\n`,
        'app/d.yaml': `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata: {on: "yes", mode: "0644"}\nbinaryData: {x: aGk=}\n`,
      };
      const own = await argocd.render(request(files));
      // A plugin that only prints the files, so that all the rest is Argo CD's own doing.
      const printing = folder({
        'plugin.yaml': JSON.stringify({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'ConfigManagementPlugin',
          metadata: { name: 'printing' },
          spec: { generate: { command: ['sh', '-c', 'cat *.yaml'] } },
        }),
      });
      const printed = await argocd.render(
        request(files, { application: application({ plugin: { name: 'printing' } }), flags: ['-config', printing] }),
      );
      expect(printed.error).toBeUndefined();
      expect(printed.manifests).toHaveLength(5);
      expect(own).toEqual(printed);
    });
  });

  describe('what Argo CD passes', () => {
    it('reaches helm: the name without its namespace, the destination, the cluster', async () => {
      const files = {
        'app/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
        'app/templates/a.yaml': `${configMap('{{ .Release.Name }}')}data:
    namespace: {{ .Release.Namespace }}
    kube: {{ .Capabilities.KubeVersion.Version }}
    monitors: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" | quote }}
  `,
      };
      const flags = ['-kube-version', '1.34.2', '-api-versions', 'v1,monitoring.coreos.com/v1'];
      const { error, manifests } = await argocd.render(
        request(files, { application: application({ name: 'team-a_shop' }), flags }),
      );
      expect(error).toBeUndefined();
      expect(manifests).toMatchObject([
        { metadata: { name: 'shop' }, data: { namespace: 'ecotrack', kube: 'v1.34.2', monitors: 'true' } },
      ]);
    });

    it('may be only a part of the repository: paths are judged from there', async () => {
      const files = {
        'team/app/waybill.yaml': waybill('source: {manifests: [base, ../shared]}\n'),
        'team/app/base/a.yaml': configMap('a'),
        'team/shared/b.yaml': configMap('b'),
        'elsewhere/huge.bin': 'x'.repeat(100_000),
      };
      const annotations = { 'argocd.argoproj.io/manifest-generate-paths': '.;../shared' };
      const one = application({ path: 'team/app', annotations });
      const { error, manifests } = await argocd.render(
        request(files, { application: one, flags: ['-use-generate-paths'] }),
      );
      expect(error).toBeUndefined();
      expect(manifests).toMatchObject([{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }]);
    });
  });

  describe('the parameters in the UI', () => {
    it('are announced once each, with the environments and values of the application', async () => {
      const files = {
        'app/waybill.yaml': waybill('values: {domain: a}\nenvironments: {staging: {}, production: {}}\n'),
        'app/a.yaml': configMap('a'),
      };
      const announced = await argocd.parameters(request(files));
      expect(announced.match(/environment|images|values/giu)?.length).toBeGreaterThan(3);
      expect(announced).toContain('staging, production');
      expect(announced).toContain('domain');
      expect(announced.match(/"name": ?"\w+"/gu)).toHaveLength(3);
    });
  });
});
