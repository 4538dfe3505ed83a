import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { Environment } from './environment.ts';
import { loadApplication } from './load.ts';
import { resolveEnvironment } from './resolve.ts';

const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
const ENVIRONMENTS = 'environments: { staging: , production: }\n';

function resolve(yaml: string, files: Readonly<Record<string, string>> = {}): Environment {
  const tree = createMemoryTree({ 'apps/web/waybill.yaml': HEAD + yaml, ...files });
  const app = { name: 'web', instance: 'web' };
  return resolveEnvironment(loadApplication(tree, 'apps/web'), 'production', { app, values: {} });
}

/** The mistakes as `line:column message`; lines count from below the head. */
function mistakes(yaml: string): string[] {
  try {
    resolve(yaml);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, message, location }) => `${(location?.line ?? 0) - 2}:${location?.column} ${code}: ${message}`,
    );
  }
  return [];
}

describe('a native source', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'source: native\nrecord: "records/{{ environment }}.yaml"\n',
      { 'apps/web/kustomization.yaml': '' },
      { source: { kind: 'kustomize' }, native: { record: { path: 'apps/web/records/production.yaml' } } },
    ],
    [
      'source: { kustomize: "overlays/{{ environment }}", native: true }\nrecord: { file: "overlays/{{ environment }}/record.yaml", application: "{{ app.name }}-{{ environment }}" }\n',
      {},
      {
        source: { kind: 'kustomize', directory: { path: 'apps/web/overlays/production' } },
        native: { record: { path: 'apps/web/overlays/production/record.yaml' } },
        app: { name: 'web-production', instance: 'web-production' },
      },
    ],
    [
      'source: { external: { valueFiles: [values.yaml, "values-{{ environment }}.yaml"] } }\n',
      {},
      {
        source: {
          kind: 'external',
          valueFiles: [{ path: 'apps/web/values.yaml' }, { path: 'apps/web/values-production.yaml' }],
        },
        native: { record: undefined },
      },
    ],
    ['source: { manifests: k8s }\n', {}, { native: undefined, app: { name: 'web' } }],
    ['source: { manifests: k8s, native: false }\n', {}, { native: undefined }],
  ])('%j', (yaml, files, expected) => expect(resolve(yaml + ENVIRONMENTS, files)).toMatchObject(expected));

  it('gives the name of the Application to templates', () => {
    const { namespace, reportAs } = resolve(
      'source: native\nrecord: { file: r.yaml, application: "shop-{{ environment }}" }\nnamespace: "{{ app.name }}"\nenvironments: { production: { reportAs: "{{ environment }}/{{ app.name }}" } }\n',
    );
    expect({ namespace, reportAs }).toEqual({
      namespace: 'shop-production',
      reportAs: 'production/shop-production',
    });
  });

  it.each([
    [
      'source: natively\n',
      '1:9 config-invalid: source is "natively"; expected native, or a mapping with manifests, kustomize, helm or external',
    ],
    [
      'source: { native: true }\n',
      '1:9 config-invalid: source needs exactly one of manifests, kustomize, helm, external',
    ],
    [
      'source: { external: {}, helm: {} }\n',
      '1:11 config-invalid: source has helm and external, which exclude each other',
    ],
    [
      'source: { external: {}, native: false }\n',
      '1:33 config-invalid: source.native is false, and an external source is always native',
    ],
    ['record: r.yaml\n', '1:1 config-invalid: record has no effect: the sidecar adds the record itself'],
    ['source: native\nrecord: { application: web }\n', '2:9 config-invalid: record lacks "file"'],
    [
      'source: native\nrecord: ../../../r.yaml\n',
      '2:9 path-escapes: the path "../../../r.yaml" leads outside the repository root',
    ],
    [
      'source: native\nrecord: { file: r.yaml, application: "A b" }\n',
      '2:38 config-invalid: "A b" cannot be the name of an Application',
    ],
    [
      'source: { manifests: ["a/*.yaml"], native: true }\n',
      '1:11 config-invalid: Argo CD reads no list of files: a native source of manifests is a directory',
    ],
  ])('%j is refused', (yaml, expected) => expect(mistakes(yaml + ENVIRONMENTS)).toEqual([expected]));

  it('refuses everything that only the sidecar does, at once', () => {
    const yaml = `source: native
overlays: []
events: { repository: https://h/a/b, image: i, secret: s }
stamp: { resources: all, podTemplates: true, record: required }
environments:
  production:
    resources: [a.yaml]
    overlays: []
`;
    expect(mistakes(yaml)).toEqual(
      [
        '2:1 config-invalid: overlays',
        '3:1 config-invalid: events',
        '8:5 config-invalid: environments.production.overlays',
        '7:5 config-invalid: environments.production.resources',
        '4:10 config-invalid: stamp.resources',
        '4:26 config-invalid: stamp.podTemplates',
      ].map((one) => `${one} has no effect: Argo CD renders this source itself, without the sidecar`),
    );
  });
});
