import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { textAt } from '../handback/oracle.ts';
import { argocdModule } from '../tools/argocd-module.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';

// examples/argocd by the real kustomize, on the manifests of the release that the tests run.
const folder = mkdtempSync(join(tmpdir(), 'waybill-argocd-ha-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let objects: readonly JsonObject[] = [];

beforeAll(async () => {
  cpSync('examples/argocd', join(folder, 'argocd'), { recursive: true });
  cpSync('sidecar', join(folder, 'sidecar'), { recursive: true });
  const install = join(folder, 'argocd/install.yaml');
  copyFileSync(join(await argocdModule(), 'manifests/ha/install.yaml'), install);
  chmodSync(install, 0o644);
  const file = join(folder, 'argocd/kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  // The network is not asked: the same release is a Go module on this disk.
  const local = text
    .replace(/https:\/\/raw\S+/u, 'install.yaml')
    .replace(/github\.com\/waybill-dev\S+sidecar\S*/u, '../sidecar');
  expect(local).not.toContain('ref=');
  writeFileSync(file, local);
  const args = ['build', '--load-restrictor', 'LoadRestrictionsNone', join(folder, 'argocd')];
  const { stdout } = await promisify(execFile)(await kustomizeBinary(), args, { maxBuffer: 1 << 27 });
  objects = readYaml(stdout, { file: 'argocd', duplicateKeys: 'error' }).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
});

const named = (kind: string, name: string): JsonObject =>
  objects.find((one) => one['kind'] === kind && textAt(one, ['metadata', 'name']) === name) ?? {};

function containers(workload: JsonObject): readonly Json[] {
  const found = valueAt(workload, ['spec', 'template', 'spec', 'containers']);
  return isArray(found) ? found : [];
}

describe('examples/argocd', () => {
  it.each<[string, string, number, JsonObject, JsonObject]>([
    ['Deployment', 'argocd-server', 3, { cpu: '250m', memory: '512Mi' }, { cpu: '500m', memory: '1Gi' }],
    ['StatefulSet', 'argocd-application-controller', 2, { cpu: '500m', memory: '1Gi' }, { cpu: '1', memory: '2Gi' }],
    ['Deployment', 'argocd-repo-server', 3, { cpu: '250m', memory: '512Mi' }, { cpu: '500m', memory: '1Gi' }],
  ])('%s %s', (kind, name, replicas, requests, limits) => {
    const workload = named(kind, name);
    expect(valueAt(workload, ['spec', 'replicas'])).toBe(replicas);
    expect(valueAt(containers(workload)[0], ['resources'])).toEqual({ requests, limits });
  });

  it('tells each controller how many there are', () => {
    const controller = named('StatefulSet', 'argocd-application-controller');
    const env = valueAt(containers(controller)[0], ['env']);
    expect(isArray(env) && env.find((one) => textAt(one, ['name']) === 'ARGOCD_CONTROLLER_REPLICAS')).toEqual({
      name: 'ARGOCD_CONTROLLER_REPLICAS',
      value: '2',
    });
  });

  it('has the sidecar beside each repo-server, and Redis in three', () => {
    const names = containers(named('Deployment', 'argocd-repo-server')).map((one) => textAt(one, ['name']));
    expect(names).toEqual(['argocd-repo-server', 'waybill']);
    expect(valueAt(named('StatefulSet', 'argocd-redis-ha-server'), ['spec', 'replicas'])).toBe(3);
  });

  it('signs in by OIDC with groups, and has no local admin', () => {
    const { data } = named('ConfigMap', 'argocd-cm');
    expect(textAt(data ?? null, ['admin.enabled'])).toBe('false');
    const [oidc] = readYaml(textAt(data ?? null, ['oidc.config']), { file: 'oidc', duplicateKeys: 'error' });
    expect(valueAt(oidc?.value ?? null, ['requestedScopes'])).toContain('groups');
    expect(textAt(oidc?.value ?? null, ['clientSecret'])).toMatch(/^\$/u);
  });

  // The chart is in no package that tests could take; with it, the values give what is compared here.
  it('is the same by the values of the chart', () => {
    const file = 'examples/argocd/helm/values.yaml';
    const [document] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
    const values = document?.value ?? null;
    for (const [key, kind, name] of [
      ['server', 'Deployment', 'argocd-server'],
      ['controller', 'StatefulSet', 'argocd-application-controller'],
      ['repoServer', 'Deployment', 'argocd-repo-server'],
    ] as const) {
      const workload = named(kind, name);
      expect(valueAt(values, [key, 'replicas'])).toBe(valueAt(workload, ['spec', 'replicas']));
      expect(valueAt(values, [key, 'resources'])).toEqual(valueAt(containers(workload)[0], ['resources']));
    }
    const texts = (settings: Json | undefined): Record<string, string> =>
      Object.fromEntries(
        Object.entries(isObject(settings) ? settings : {}).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      );
    const { data: settings } = named('ConfigMap', 'argocd-cm');
    expect(texts(settings)).toMatchObject({
      ...texts(valueAt(values, ['configs', 'cm'])),
      url: `https://${textAt(values, ['global', 'domain'])}`,
    });
    expect(texts(named('ConfigMap', 'argocd-cmd-params-cm')['data'])).toMatchObject(
      texts(valueAt(values, ['configs', 'params'])),
    );
    for (const [key, name] of [
      ['ingress', 'argocd'],
      ['ingressGrpc', 'argocd-grpc'],
    ] as const) {
      expect(valueAt(values, ['server', key, 'annotations'])).toEqual(
        valueAt(named('Ingress', name), ['metadata', 'annotations']),
      );
    }
  });
});
