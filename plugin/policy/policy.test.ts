import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { isObject, type Json } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import { startDeadline } from './deadline.ts';
import { type Deployment, enforceEnvironment, enforceOutput, enforceResources } from './enforce.ts';
import { loadPolicy } from './load.ts';
import { completePolicy, fileLimits } from './policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = 'apiVersion: waybill.dev/v1\nkind: Policy\n';

function write(text: string): { WAYBILL_POLICY: string } {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, text);
  return { WAYBILL_POLICY: file };
}

function problems(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) {
      return error.diagnostics.map(({ code, message, help }) => `${code}: ${message}${help ? ` | ${help[0]}` : ''}`);
    }
    throw error;
  }
  return [];
}

describe('the defaults', () => {
  it('are those of the schema', () => {
    const file = 'plugin/schemas/policy.schema.json';
    const [schema] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
    const at = (...path: string[]): Json | undefined => {
      let value: Json | undefined = schema?.value;
      for (const key of path) value = isObject(value) ? value[key] : undefined;
      return value;
    };
    const policy = completePolicy({}, undefined, 'plugin');
    for (const [name, value] of Object.entries(policy.limits)) {
      expect([name, at('$defs', 'limits', 'properties', name, 'default')]).toEqual([name, value]);
    }
    for (const [name, value] of Object.entries(policy.remote)) {
      expect([name, at('$defs', 'remote', 'properties', name, 'default')]).toEqual([name, value]);
    }
    for (const [name, value] of Object.entries(policy.kustomize)) {
      expect([name, at('$defs', 'kustomize', 'properties', name, 'default')]).toEqual([name, value]);
    }
    expect([...policy.sources]).toEqual(at('properties', 'sources', 'default'));
    expect(policy.stampPrefix).toBe(at('properties', 'stampPrefix', 'default'));
    expect(policy.registries.ask).toEqual(at('$defs', 'registries', 'properties', 'ask', 'default'));
  });

  it('take confinement in every spelling of YAML', () => {
    expect(completePolicy({}, undefined, 'plugin').confinement).toBe('preferred');
    for (const [text, expected] of [
      ['required', 'required'],
      ['preferred', 'preferred'],
      ['off', 'off'],
      ['"off"', 'off'],
    ]) {
      expect(loadPolicy(write(`${HEAD}confinement: ${text}\n`), 'plugin').confinement).toBe(expected);
    }
    for (const text of ['true', 'none', 'Required', '[off]']) {
      expect(problems(() => loadPolicy(write(`${HEAD}confinement: ${text}\n`), 'plugin'))[0]).toContain(
        'policy-invalid',
      );
    }
  });

  it('have no deadline on a command line', () => {
    expect(completePolicy({}, undefined, 'cli').limits.seconds).toBe(Number.POSITIVE_INFINITY);
    expect(completePolicy({}, undefined, 'plugin').limits.seconds).toBe(50);
  });
});

describe('loadPolicy', () => {
  it('reads the file that WAYBILL_POLICY names, and fills in the rest', () => {
    const policy = loadPolicy(
      write(`${HEAD}sources: [manifests]\nlimits: { files: 10, bytes: 5 }\nstampPrefix: acme.dev\n`),
      'plugin',
    );
    expect([...policy.sources]).toEqual(['manifests']);
    expect(fileLimits(policy)).toEqual({ files: 10, totalBytes: 5, fileBytes: 32 * 1024 * 1024 });
    expect(policy).toMatchObject({ stampPrefix: 'acme.dev', remote: { kustomizeBases: false } });
    expect(policy.file).toContain('policy.yaml');
  });

  it.each([
    [
      `${HEAD}source: [manifests]\n`,
      [
        'policy-invalid: unknown key "source" | Keys here: apiVersion, kind, sources, remote, kustomize, confinement, registries, environments, sourceRepositories, stampPrefix, limits. Did you mean sources?',
      ],
    ],
    [
      `${HEAD}sources: [yaml]\nlimits: { files: 0, seconds: "5" }\n`,
      [
        'policy-invalid: sources[0] is "yaml"; expected manifests, kustomize or helm',
        'policy-invalid: limits.files is the number 0; expected 1 or more',
        'policy-invalid: limits.seconds is "5"; expected a whole number | Leave the quotes out.',
      ],
    ],
    [
      `${HEAD}stampPrefix: Waybill/x\n`,
      ['policy-invalid: stampPrefix is "Waybill/x"; expected a DNS name, such as waybill.dev'],
    ],
    [
      `${HEAD}environments: [{ names: ["*a*b*c*d"] }]\n`,
      [
        'policy-invalid: environments[0].names[0] is "*a*b*c*d"; expected a name in which * stands for any text, at most three times',
      ],
    ],
    [
      `${HEAD}environments: [{ names: [a], signatures: [{ signedBy: [{ key: x, keyFile: a.pub }, { keyless: { issuer: i } }, {}] }, { signedBy: [] }] }]\n`,
      [
        'policy-invalid: environments[0].signatures[0].signedBy[0].key is "x"; expected a public key in PEM: -----BEGIN PUBLIC KEY----- and so on',
        'policy-invalid: environments[0].signatures[0].signedBy[0] has key and keyFile, which exclude each other | Give exactly one of key, keyFile, keyless.',
        'policy-invalid: environments[0].signatures[0].signedBy[1].keyless needs exactly one of identity, identityRegexp',
        'policy-invalid: environments[0].signatures[0].signedBy[2] needs exactly one of key, keyFile, keyless',
        'policy-invalid: environments[0].signatures[1].signedBy is an empty list; expected at least one item',
      ],
    ],
    ['', ['policy-invalid: the policy has 0 documents; expected one']],
    [`${HEAD}---\n${HEAD}`, ['policy-invalid: the policy has 2 documents; expected one']],
  ])('refuses %j', (text, expected) => {
    expect(problems(() => loadPolicy(write(text), 'cli')).sort()).toEqual([...expected].sort());
  });

  it('never falls back to the defaults when a file was named', () => {
    const missing = { WAYBILL_POLICY: join(folder, 'none.yaml') };
    expect(problems(() => loadPolicy(missing, 'plugin'))[0]).toContain('policy-missing');
    expect(problems(() => loadPolicy({ WAYBILL_POLICY: folder }, 'plugin'))[0]).toContain('policy-unreadable');
    expect(problems(() => loadPolicy({ WAYBILL_POLICY: join(folder, 'policy.yaml/x') }, 'cli'))[0]).toContain(
      'policy-missing',
    );
  });

  it('never reads a relative path in the plugin, which runs in the author\u2019s directory', () => {
    expect(problems(() => loadPolicy({ WAYBILL_POLICY: 'package.json' }, 'plugin'))[0]).toContain(
      'expected an absolute path',
    );
  });
});

describe('enforceEnvironment', () => {
  const policy = completePolicy(
    {
      environments: [
        { names: ['production', 'prod-*'], projects: ['acme-production'] },
        { names: ['staging'], projects: ['acme-staging', 'acme-production'] },
        { names: ['preview'], namespaces: ['pr-*'] },
        { names: ['*'], requireDigest: true },
      ],
    },
    '/etc/policy.yaml',
    'plugin',
  );
  it.each<[Partial<Deployment>, string[]]>([
    [{ environment: 'production', project: 'acme-production' }, []],
    [{ environment: 'staging', project: 'acme-production' }, []],
    [{ environment: 'development', project: 'other' }, []],
    [{ environment: undefined, project: 'other', namespace: 'x' }, []],
    [{ environment: 'preview', project: 'other', namespace: 'pr-12' }, []],
    // What nobody knows may be the project of production.
    [
      { environment: 'development' },
      [
        'policy-environment: environment development may not be rendered for an unknown project | Argo CD gives the project as ARGOCD_APP_PROJECT_NAME.',
      ],
    ],
    [
      { environment: 'production' },
      [
        'policy-environment: environment production may not be rendered for an unknown project | Argo CD gives the project as ARGOCD_APP_PROJECT_NAME.',
      ],
    ],
    [
      { environment: 'preview', project: 'other' },
      [
        'policy-environment: environment preview may not be rendered for an unknown namespace | Set spec.destination.namespace in the Application.',
      ],
    ],
    [
      { environment: 'prod-eu', project: 'other' },
      [
        'policy-environment: environment prod-eu may not be rendered for project other | Allowed projects: acme-production.',
      ],
    ],
    // The other way: an author cannot leave the rules of production by asking for a laxer environment, or for none.
    [
      { environment: 'development', project: 'acme-production' },
      [
        'policy-environment: project acme-production may not have environment development | Its environments: production, prod-*, staging.',
      ],
    ],
    [
      { environment: undefined, project: 'acme-production' },
      [
        'policy-environment: project acme-production may not have an application without environments | Its environments: production, prod-*, staging.',
      ],
    ],
    [
      { environment: 'production', project: 'other', namespace: 'pr-1' },
      [
        'policy-environment: environment production may not be rendered for project other | Allowed projects: acme-production.',
        'policy-environment: namespace pr-1 may not have environment production | Its environments: preview.',
      ],
    ],
  ])('%j', (deployment, expected) => {
    expect(
      problems(() =>
        enforceEnvironment(policy, { environment: undefined, project: undefined, namespace: undefined, ...deployment }),
      ),
    ).toEqual(expected);
  });
});

it('enforceEnvironment judges on a command line only what the command line says', () => {
  const policy = completePolicy({ environments: [{ names: ['production'], projects: ['acme'] }] }, '/p', 'cli');
  const deployment = { environment: 'production', namespace: undefined };
  expect(problems(() => enforceEnvironment(policy, { ...deployment, project: undefined }))).toEqual([]);
  expect(problems(() => enforceEnvironment(policy, { ...deployment, project: 'other' }))).toHaveLength(1);
});

describe('the other limits', () => {
  const policy = completePolicy({ limits: { resources: 2, outputBytes: 10, seconds: 5 } }, '/p', 'plugin');
  it('hold', () => {
    expect(problems(() => enforceResources(policy, 2))).toEqual([]);
    expect(problems(() => enforceResources(policy, 3))[0]).toContain('limit-resources: 3 resources');
    expect(problems(() => enforceOutput(policy, 10))).toEqual([]);
    expect(problems(() => enforceOutput(policy, 11))[0]).toContain('limit-output: the output has 11 bytes or more');
  });

  it('stop the clock', () => {
    let now = 1000;
    const deadline = startDeadline(policy, () => now);
    now += 4000;
    expect(deadline.remaining()).toBe(1);
    expect(deadline.run('reading', () => 'read')).toBe('read');
    now += 2000;
    expect(deadline.remaining()).toBe(0);
    expect(problems(() => deadline.run('reading', () => 'read'))[0]).toContain(
      'limit-seconds: rendering took more than 5 seconds; the last step was reading',
    );
    expect(startDeadline(completePolicy({}, undefined, 'cli'), () => now).remaining()).toBe(Number.POSITIVE_INFINITY);
  });

  it.each<[string, () => unknown]>([
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    [
      'a loop that catches everything',
      () => {
        for (;;) {
          try {
            [].concat([]);
          } catch {
            continue;
          }
        }
      },
    ],
    ['a regular expression', () => /^(a+)+$/u.test(`${'a'.repeat(50)}b`)],
    [
      'JSON',
      () => {
        let value: object = {};
        for (let doubled = 0; doubled < 60; doubled += 1) value = { a: value, b: value };
        return JSON.stringify(value);
      },
    ],
  ])('ends %s that does not end', (_name, endless) => {
    const policy = completePolicy({ limits: { seconds: 1 } }, undefined, 'plugin');
    let now = 0;
    const deadline = startDeadline(policy, () => now);
    now = 900;
    expect(problems(() => deadline.run('looping', endless))[0]).toContain('the last step was looping');
    // The next piece of work is not disturbed.
    expect(deadline.run('reading', () => 'read')).toBe('read');
    expect(problems(() => deadline.run('failing', () => enforceOutput(policy, 1e9)))[0]).toContain('limit-output');
  });

  it('ends the waiting for work that does not end', async () => {
    const policy = completePolicy({ limits: { seconds: 1 } }, undefined, 'plugin');
    let now = 0;
    const deadline = startDeadline(policy, () => now);
    now = 999;
    expect(await deadline.within('asking', Promise.resolve('answer'))).toBe('answer');
    const endless = deadline.within('asking', new Promise<never>(() => undefined));
    await expect(endless).rejects.toThrow(
      'limit-seconds: rendering took more than 1 seconds; the last step was asking',
    );
    const patient = startDeadline(completePolicy({}, undefined, 'cli'), () => now);
    expect(await patient.within('asking', Promise.resolve('answer'))).toBe('answer');
  });
});
