import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { identify } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { helm3Binary, helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';
import { listExamples } from './examples.mjs';

const examples = listExamples();

async function render(
  directory: string,
  environment: string,
  more: readonly string[] = [],
  helm = helm4Binary,
): Promise<string> {
  const env = { PATH: '/nowhere', WAYBILL_HELM: await helm(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const { code, stdout, stderr } = await runCli(['render', directory, '-e', environment, ...more], { env });
  // The templates of repositories are as they are before CI has written the first lock.
  const problems = Array.from(stderr.matchAll(/(?:error|warning)\[[a-z-]+\]/gu), ([found]) => found);
  const expected = directory.startsWith('examples/repositories') ? 'warning[record-commit-unknown]' : '';
  expect({ code, problems: problems.filter((one) => one !== expected) }).toEqual({ code: 0, problems: [] });
  return stdout;
}

function objectsIn(text: string): JsonObject[] {
  return readYaml(text, { file: 'rendered', duplicateKeys: 'error' }).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
}

function ofKind(objects: readonly JsonObject[], kind: string): JsonObject {
  return objects.find((one) => one['kind'] === kind) ?? {};
}

describe('the examples', () => {
  it('are all there', () => {
    expect(examples.map(({ group }) => group)).toEqual([
      ...Array<string>(2).fill('blue-green'),
      ...Array<string>(2).fill('canary-gateway-api'),
      ...Array<string>(2).fill('canary'),
      ...Array<string>(2).fill('custom-kind'),
      ...Array<string>(4).fill('deployments'),
      ...Array<string>(3).fill('helm'),
      'image-updater',
      ...Array<string>(3).fill('kustomize'),
      ...Array<string>(10).fill('monorepo'),
      ...Array<string>(4).fill('native'),
      ...Array<string>(8).fill('partial-previews'),
      ...Array<string>(3).fill('plain'),
      ...Array<string>(2).fill('previews'),
      ...Array<string>(23).fill('repositories'),
      ...Array<string>(2).fill('rolling-update'),
      ...Array<string>(2).fill('secrets'),
      ...Array<string>(2).fill('tested-releases'),
      ...Array<string>(2).fill('third-party'),
    ]);
  });

  it.each(examples)(
    '$directory in $environment prints what is committed',
    async ({ directory, environment, expected, options }) => {
      expect(await render(directory, environment, options)).toBe(readFileSync(expected, 'utf8'));
    },
  );

  it('are valid together: no two applications report to one GitHub environment', async () => {
    const env = { WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
    for (const group of [
      'monorepo',
      'custom-kind',
      'plain',
      'kustomize',
      'helm',
      'native',
      'partial-previews',
      'previews',
      'tested-releases',
      'third-party',
    ]) {
      const { code, stderr } = await runCli(['validate', `examples/${group}`], { env });
      expect({ group, code }).toEqual({ group, code: 0 });
      expect(stderr).not.toContain('environment-shared');
    }
  });

  it('have no expected file too many', () => {
    const expected = new Set(examples.map((example) => example.expected));
    const found = readdirSync('examples', { recursive: true, encoding: 'utf8' })
      .filter((file) => /\/expected\/.*\.yaml$/u.test(file))
      .map((file) => join('examples', file));
    expect(found.filter((file) => !expected.has(file))).toEqual([]);
    expect(found).toHaveLength(expected.size);
  });

  // Those of repositories have ApplicationSets of many kinds (test/new).
  const groups = new Set(examples.map(({ group }) => group));
  groups.delete('repositories');
  it.each([...groups])('%s has a README and an ApplicationSet', (group) => {
    for (const file of ['README.md', 'applicationset.yaml'])
      expect(existsSync(join('examples', group, file)), file).toBe(true);
  });
});

it('the gallery has one line, one picture and one command for each', () => {
  const setups = readdirSync('examples', { withFileTypes: true }).filter((one) => one.isDirectory());
  const rows = readFileSync('examples/README.md', 'utf8').matchAll(
    /^\| \[`([^`]+)`\]\(([^)]+)\) \| [^|]+ \| `([^`]+)` \|$/gmu,
  );
  const listed = [...rows].map(([, name = '', link, command = '']) => ({ name, link, command }));
  expect(listed.map(({ name }) => name).toSorted()).toEqual(setups.map(({ name }) => name).toSorted());
  const readme = readFileSync('docs/cli.md', 'utf8');
  for (const { name, link, command } of listed) {
    expect(link).toBe(name);
    expect(readFileSync(`examples/${name}/README.md`, 'utf8'), name).toContain('```mermaid');
    const [, waybill] = /^(waybill [a-z-]+(?: (?:generate|compare|update|verify)(?= |$))?)/u.exec(command) ?? [];
    if (waybill !== undefined) expect(readme, command).toMatch(new RegExp(`^#+ ${waybill}$`, 'mu'));
  }
});

// What the issue of the example says, in numbers.
const matrix = [
  {
    environment: 'development',
    replicas: 1,
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { cpu: '200m', memory: '256Mi' },
    host: 'user-service.dev.ecotrack.platform',
  },
  {
    environment: 'staging',
    replicas: 2,
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { cpu: '300m', memory: '512Mi' },
    host: 'user-service.staging.ecotrack.platform',
  },
  {
    environment: 'production',
    replicas: 3,
    requests: { cpu: '200m', memory: '512Mi' },
    limits: { cpu: '500m', memory: '1Gi' },
    host: 'user-service.ecotrack.platform',
  },
];

const byIdentity = (objects: readonly JsonObject[]): Record<string, Json> =>
  Object.fromEntries(objects.map((one) => [Object.values(identify(one)).join(' '), one]));

describe.each(matrix)('user-service in $environment', ({ environment, replicas, requests, limits, host }) => {
  it('is the same from plain YAML, kustomize, helm 3 and helm 4', async () => {
    const plain = byIdentity(objectsIn(await render('examples/plain/user-service', environment)));
    expect(byIdentity(objectsIn(await render('examples/kustomize/user-service', environment)))).toEqual(plain);
    for (const helm of [helm3Binary, helm4Binary]) {
      expect(byIdentity(objectsIn(await render('examples/helm/user-service', environment, [], helm)))).toEqual(plain);
    }
  });

  it('has the size and the host of its environment, and runs the image of its lock', async () => {
    const objects = objectsIn(await render('examples/plain/user-service', environment));
    const deployment = ofKind(objects, 'Deployment');
    const containers = valueAt(deployment, ['spec', 'template', 'spec', 'containers']);
    const [container] = isArray(containers) ? containers : [];
    expect(valueAt(deployment, ['spec', 'replicas'])).toBe(replicas);
    expect(valueAt(container, ['resources'])).toEqual({ requests, limits });
    expect(valueAt(ofKind(objects, 'Ingress'), ['spec', 'rules', 0, 'host'])).toBe(host);
    const lock = objectsIn(readFileSync(`examples/plain/user-service/locks/${environment}.yaml`, 'utf8'))[0];
    const locked = (...path: string[]): string => {
      const value = valueAt(lock, ['images', 0, ...path]);
      return typeof value === 'string' ? value : '';
    };
    const image = `ghcr.io/acme/user-service:${locked('tag')}@${locked('digest')}`;
    expect(valueAt(container, ['image'])).toBe(image);
    expect(valueAt(deployment, ['metadata', 'annotations', 'waybill.dev/source-commit'])).toBe(
      locked('source', 'commit'),
    );
  });
});
