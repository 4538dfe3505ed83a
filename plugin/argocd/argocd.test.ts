import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { announcements } from './announcement.ts';
import { readPluginEnvironment } from './environment.ts';
import { readParameters } from './parameters.ts';
import { findReceived } from './root.ts';

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  return 'no failure';
}

describe('readParameters', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['null', {}],
    ['[]', {}],
    ['[{"name":"environment","string":"production"}]', { environment: 'production' }],
    ['[{"name":"environment","string":""}]', {}],
    ['[{"name":"images","array":["a:1"]},{"name":"values","map":{"a":"b"}}]', { images: ['a:1'], values: { a: 'b' } }],
    ['[{"name":"images","array":[]},{"name":"values","map":{}}]', { images: [], values: {} }],
    ['[{"name":"preview","map":{"number":"12"}}]', { preview: { number: '12' } }],
    ['[{"name":"preview","map":{}}]', {}],
    ['[{"name":"environment","string":"a"},{"name":"environment","string":"b"}]', { environment: 'b' }],
  ])('%s', (text, expected) => {
    expect(readParameters(text)).toEqual(expected);
  });

  it.each([
    ['{', 'plugin-parameter: ARGOCD_APP_PARAMETERS is not JSON'],
    ['{}', 'plugin-parameter: ARGOCD_APP_PARAMETERS does not have the shape that Argo CD gives it (at its start)'],
    [
      '[{"name":"values","map":{"a":1}}]',
      'plugin-parameter: ARGOCD_APP_PARAMETERS does not have the shape that Argo CD gives it (at /0/map/a)',
    ],
    ['[{"name":"enviroment","string":"x"}]', 'plugin-parameter: unknown plugin parameter "enviroment"'],
    ['[{"name":"images","string":"x"}]', 'plugin-parameter: the plugin parameter images is not given as array'],
    [
      '[{"name":"environment","array":[]},{"name":"x"}]',
      'plugin-parameter: the plugin parameter environment is not given as string\nplugin-parameter: unknown plugin parameter "x"',
    ],
  ])('refuses %s', (text, message) => {
    expect(failureOf(() => readParameters(text))).toBe(message);
  });
});

describe('readPluginEnvironment', () => {
  const minimal = { ARGOCD_APP_NAME: 'user-service' };

  it('reads what Argo CD passes', () => {
    expect(
      readPluginEnvironment({
        ARGOCD_APP_NAME: 'team-a_user-service',
        ARGOCD_APP_NAMESPACE: 'ecotrack',
        ARGOCD_APP_PROJECT_NAME: 'default',
        KUBE_VERSION: '1.36.1',
        KUBE_API_VERSIONS: 'v1,apps/v1',
        ARGOCD_APP_PARAMETERS: 'null',
        ARGOCD_ENV_WAYBILL_ENVIRONMENT: 'production',
      }),
    ).toEqual({
      app: { name: 'user-service', instance: 'team-a_user-service', namespace: 'ecotrack', project: 'default' },
      kubeVersion: '1.36.1',
      apiVersions: ['v1', 'apps/v1'],
      environment: 'production',
      images: [],
      values: {},
    });
  });

  it('lets a parameter beat plugin env', () => {
    const { environment, images } = readPluginEnvironment({
      ...minimal,
      ARGOCD_ENV_WAYBILL_ENVIRONMENT: 'staging',
      ARGOCD_ENV_WAYBILL_IMAGES: 'a:1',
      ARGOCD_APP_PARAMETERS: '[{"name":"environment","string":"production"},{"name":"images","array":["b:2"]}]',
    });
    expect({ environment, images }).toEqual({
      environment: 'production',
      images: [{ text: 'b:2', label: 'the parameter images' }],
    });
  });

  it('reads images from plugin env, in an order that does not depend on the environment', () => {
    const { images } = readPluginEnvironment({
      ...minimal,
      ARGOCD_ENV_WAYBILL_IMAGE_WORKER: ' worker:3 ',
      ARGOCD_ENV_WAYBILL_IMAGE_API: 'api:2',
      ARGOCD_ENV_WAYBILL_IMAGE_NONE: '',
      ARGOCD_ENV_WAYBILL_IMAGES: 'a:1, b=c:2\n d@sha256:0',
      WAYBILL_IMAGES: 'not-prefixed:1',
    });
    expect(images).toEqual([
      { text: 'a:1', label: 'WAYBILL_IMAGES' },
      { text: 'b=c:2', label: 'WAYBILL_IMAGES' },
      { text: 'd@sha256:0', label: 'WAYBILL_IMAGES' },
      { text: 'api:2', label: 'WAYBILL_IMAGE_API' },
      { text: 'worker:3', label: 'WAYBILL_IMAGE_WORKER' },
    ]);
  });

  it('fails outside Argo CD', () => {
    expect(failureOf(() => readPluginEnvironment({}))).toBe('plugin-environment: ARGOCD_APP_NAME is not set');
  });
});

describe('findReceived', () => {
  it.each([
    ['in the temporary folder', `${tmpdir()}/_cmp_server/1234/apps/a`, {}, `${tmpdir()}/_cmp_server/1234`, 'apps/a'],
    ['the application is the root', `${tmpdir()}/_cmp_server/1234`, {}, `${tmpdir()}/_cmp_server/1234`, ''],
    ['in ARGOCD_CMP_WORKDIR', '/w/_cmp_server/x/a', { ARGOCD_CMP_WORKDIR: '/w' }, '/w/_cmp_server/x', 'a'],
    ['elsewhere', '/private/tmp/_cmp_server/x/a/b', {}, '/private/tmp/_cmp_server/x', 'a/b'],
    [
      'a folder of that name in the repository',
      '/w/_cmp_server/x/_cmp_server/y/z',
      {},
      '/w/_cmp_server/x',
      '_cmp_server/y/z',
    ],
    [
      'a work folder below another of that name',
      '/a/_cmp_server/b/_cmp_server/x/y',
      { ARGOCD_CMP_WORKDIR: '/a/_cmp_server/b' },
      '/a/_cmp_server/b/_cmp_server/x',
      'y',
    ],
  ])('%s', (_name, cwd, env, root, directory) => {
    expect(findReceived(cwd, { ARGOCD_APP_SOURCE_PATH: 'never/used', ...env })).toEqual({ root, directory });
  });

  it('fails elsewhere', () => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-')));
    try {
      expect(failureOf(() => findReceived(cwd, {}))).toContain('plugin-environment');
      expect(failureOf(() => findReceived(join(tmpdir(), '_cmp_server'), {}))).toContain('plugin-environment');
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

describe('announcements', () => {
  it('names the choices in the tooltips', () => {
    const announced = announcements(['staging', 'production'], ['domain']);
    expect(announced).toMatchObject([
      { name: 'environment', required: true, collectionType: 'string' },
      { name: 'images', required: false, collectionType: 'array' },
      { name: 'values', required: false, collectionType: 'map' },
    ]);
    expect(announced[0]?.tooltip).toContain('One of: staging, production.');
    expect(announced[2]?.tooltip).toContain('It declares: domain.');
  });

  it('requires no environment where there is none', () => {
    expect(announcements([], [])).toMatchObject([{ required: false }, {}, {}]);
  });

  it('has the pull request where an environment is a preview', () => {
    expect(announcements(['preview'], [], true)).toMatchObject([
      {},
      {},
      {},
      { name: 'preview', required: false, collectionType: 'map' },
    ]);
  });
});
