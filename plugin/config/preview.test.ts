import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { Environment } from './environment.ts';
import { loadApplication } from './load.ts';
import type { GivenPullRequest } from './preview.ts';
import { resolveEnvironment } from './resolve.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const pull = { number: '12', branch: 'feature/ABC-123_Add', commit };
const web = '{ name: ghcr.io/acme/web, sourceRepository: https://github.com/acme/web, commitFromTag: "sha-{commit}" }';
const api =
  '{ name: ghcr.io/acme/api, sourceRepository: "git@github.com:acme/api.git", commitFromTag: "{commit}-amd64" }';

interface Options {
  readonly preview?: GivenPullRequest | undefined;
  readonly environment?: string;
  readonly images?: readonly string[];
}

function resolve(
  written: string,
  { preview = pull, environment = 'preview', images = [web] }: Options = {},
): Environment {
  const text = `apiVersion: waybill.dev/v1
kind: Waybill
images: [${images.join(', ')}]
values: { domain: acme.dev, host: none }
environments:
  staging: {}
  preview: { preview: ${written}, values: { host: "{{ default preview.host 'none' }}", text: "{{ preview.number }} {{ preview.slug }} {{ preview.commit }}" } }
  small: { extends: preview }
`.replaceAll("'none'", '\\"none\\"');
  return resolveEnvironment(loadApplication(createMemoryTree({ 'waybill.yaml': text }), ''), environment, {
    app: { name: 'web', instance: 'web' },
    values: {},
    preview,
  });
}

function problems(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
}

describe('a preview', () => {
  it('is of one pull request: its name, its host, the tags of its images', () => {
    const { reportAs, values, preview } = resolve('{ domain: "preview.{{ values.domain }}" }');
    expect(reportAs).toBe('preview/12');
    expect(values.get('host')).toBe('feature-abc-123-add.preview.acme.dev');
    expect(values.get('text')).toBe(`12 feature-abc-123-add ${commit}`);
    expect(preview?.images).toMatchObject([{ image: 'ghcr.io/acme/web', tag: `sha-${commit}` }]);
  });

  it('is inherited, and needs no domain', () => {
    const { reportAs, values } = resolve('{}', { environment: 'small' });
    expect(reportAs).toBe('preview/12');
    expect(values.get('host')).toBe('none');
  });

  it('has an example for commands that only check files, which other environments pass over', () => {
    expect(resolve('{}', { preview: 'example' }).preview?.pullRequest.branch).toBe('example');
    expect(resolve('{}', { preview: 'example', environment: 'staging' }).preview).toBeUndefined();
  });

  it('takes the images of one repository', () => {
    const images = [web, api];
    const written = '{ sourceRepository: "https://github.com/Acme/api" }';
    expect(resolve(written, { images }).preview?.images).toMatchObject([{ tag: `${commit}-amd64` }]);
    expect(problems(() => resolve('{}', { images }))).toEqual([
      'config-invalid: the images are of several source repositories, and pull requests of one',
    ]);
    const none = 'config-invalid: no image is built from the pull requests of this preview';
    expect(problems(() => resolve('{ sourceRepository: https://github.com/acme/other }', { images }))).toEqual([none]);
    expect(problems(() => resolve('{}', { images: ['{ name: ghcr.io/acme/web }'] }))).toEqual([none]);
  });

  it.each<[string, GivenPullRequest | undefined, string[]]>([
    ['none', undefined, ['environment preview renders pull requests, and none is given']],
    [
      'an empty one',
      {},
      [
        "number of the pull request is not given; expected the pull request's number",
        'branch of the pull request is not given; expected the name of its branch, at most 1000 characters',
        'commit of the pull request is not given; expected its head commit, 40 hexadecimal digits (or 12)',
      ],
    ],
    [
      'number zero',
      { ...pull, number: '0' },
      ['number of the pull request is "0"; expected the pull request\'s number'],
    ],
    [
      'a path as number',
      { ...pull, number: '1/../2' },
      ['number of the pull request is "1/../2"; expected the pull request\'s number'],
    ],
    [
      'a short commit',
      { ...pull, commit: '8f3c0e7' },
      ['commit of the pull request is "8f3c0e7"; expected its head commit, 40 hexadecimal digits (or 12)'],
    ],
    [
      'a tag as commit',
      { ...pull, commit: `${commit}@sha256:0` },
      [`commit of the pull request is "${commit}@sha256:0"; expected its head commit, 40 hexadecimal digits (or 12)`],
    ],
    [
      'lines in the branch',
      { ...pull, branch: 'a\nb' },
      ['branch of the pull request is "a\\nb"; expected the name of its branch, at most 1000 characters'],
    ],
    ['more than a pull request has', { ...pull, author: 'me' }, ['a pull request has no "author"']],
  ])('refuses %s', (_name, preview, expected) => {
    const given = preview === undefined ? { preview } : { preview };
    const made = (): Environment => {
      const text = `apiVersion: waybill.dev/v1\nkind: Waybill\nimages: [${web}]\nenvironments: { preview: { preview: {} } }\n`;
      return resolveEnvironment(loadApplication(createMemoryTree({ 'waybill.yaml': text }), ''), 'preview', {
        app: { name: 'web', instance: 'web' },
        values: {},
        ...given,
      });
    };
    expect(problems(made)).toEqual(expected.map((one) => `preview-parameter: ${one}`));
  });

  it('refuses a pull request for another environment', () => {
    expect(problems(() => resolve('{}', { environment: 'staging' }))).toEqual([
      'preview-parameter: a pull request is given, but environment staging is no preview',
    ]);
  });

  it.each(['Preview.dev', 'a..b', '-a', 'a_b', '"{{ environment }}/x"', 'a'.repeat(190)])(
    'refuses the domain %s',
    (domain) => {
      expect(problems(() => resolve(`{ domain: ${domain} }`))[0]).toMatch(
        /^config-invalid: .* cannot be a domain of previews$/u,
      );
    },
  );

  it('has a host that DNS takes, whatever the branch is called', () => {
    const branch = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 250 }),
      fc.string({ unit: fc.constantFrom('a', 'Z', '-', '--', '.', '/', 'é', '日', '_'), minLength: 1, maxLength: 250 }),
    );
    fc.assert(
      fc.property(
        branch.filter((text) => !/\p{Cc}/u.test(text)),
        (text) => {
          const host = resolve('{ domain: preview.acme.dev }', { preview: { ...pull, branch: text } }).values.get(
            'host',
          );
          expect(host).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.preview\.acme\.dev$/u);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a partial preview', () => {
  const gateway = 'gateway: { name: public, namespace: gateways }';
  const entry = 'entry: { service: web, port: 80 }';
  const parts = (written: string, namespaces = 'namespace: "{{ values.namespace }}"'): Environment => {
    const text = `apiVersion: waybill.dev/v1
kind: Waybill
${namespaces}
images: [${web}]
values: { namespace: sandbox }
environments:
  sandbox: {}
  other: { preview: { domain: acme.dev } }
  preview: { preview: ${written}, values: { namespace: "web-{{ preview.number }}" } }
`;
    const application = loadApplication(createMemoryTree({ 'waybill.yaml': text }), '');
    return resolveEnvironment(application, 'preview', {
      app: { name: 'web', instance: 'web' },
      values: {},
      preview: pull,
    });
  };

  it('knows its base, its gateway and its entry', () => {
    expect(
      parts(`{ domain: acme.dev, partial: { base: sandbox, ${gateway}, ${entry} } }`).preview?.partial,
    ).toMatchObject({
      number: 12,
      slug: 'feature-abc-123-add',
      host: 'feature-abc-123-add.acme.dev',
      namespace: 'web-12',
      baseNamespace: 'sandbox',
      gateway: { name: 'public', namespace: 'gateways' },
      entry: { service: 'web', port: 80 },
    });
    const near = parts(`{ domain: acme.dev, partial: { base: sandbox, gateway: { name: public }, ${entry} } }`);
    expect(near.preview?.partial?.gateway.namespace).toBe('sandbox');
    expect(resolve('{}').preview?.partial).toBeUndefined();
  });

  it.each<[string, string, string | undefined, string[]]>([
    [
      'a base that is not there',
      `{ domain: acme.dev, partial: { base: sandbx, ${gateway}, ${entry} } }`,
      undefined,
      ['environment-unknown: partial.base is "sandbx", which does not exist'],
    ],
    [
      'a base that is a preview',
      `{ domain: acme.dev, partial: { base: other, ${gateway}, ${entry} } }`,
      undefined,
      ['config-invalid: the base other is a preview itself'],
    ],
    [
      'the namespace of the base',
      `{ domain: acme.dev, partial: { base: sandbox, ${gateway}, ${entry} } }`,
      'namespace: shop',
      ['config-invalid: the preview and its base sandbox have one namespace, shop, and Services of the same names'],
    ],
    [
      'no namespace',
      `{ domain: acme.dev, partial: { base: sandbox, ${gateway}, ${entry} } }`,
      '',
      ['config-invalid: the namespace of the preview is not known'],
    ],
    [
      'no domain',
      `{ partial: { base: sandbox, ${gateway}, ${entry} } }`,
      undefined,
      ['config-invalid: a partial preview has no host'],
    ],
    [
      'names that Kubernetes refuses, all at once',
      '{ domain: acme.dev, partial: { base: sandbox, gateway: { name: "a/b", namespace: "*" }, entry: { service: "{{ environment }}.x", port: 80 } } }',
      undefined,
      [
        'config-invalid: "a/b" is no name of Kubernetes',
        'config-invalid: "*" is no name of Kubernetes',
        'config-invalid: "preview.x" is no name of Kubernetes',
      ],
    ],
  ])('refuses %s', (_what, written, namespaces, expected) => {
    expect(problems(() => parts(written, namespaces))).toEqual(expected);
  });
});
