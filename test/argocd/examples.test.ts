import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { listExamples } from '../examples/examples.mjs';
import { servers, useArgoCD } from '../tools/argocd-render.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

/** Their Applications name no plugin: Argo CD renders them itself. */
const withoutPlugin = new Set(['native', 'image-updater']);

const groups = [...new Set(listExamples().map(({ group }) => group))].filter(
  (group) => !withoutPlugin.has(group) && existsSync(join('examples', group, 'applicationset.yaml')),
);

function textAt(application: string, path: readonly (string | number)[]): string {
  const [document] = readYaml(application, { file: 'application', duplicateKeys: 'error' });
  const value = valueAt(document?.value, path);
  return typeof value === 'string' ? value : '';
}

/** What `waybill render` prints for an Application, as JSON objects. */
async function onLaptop(group: string, application: string): Promise<unknown[]> {
  const args = ['render', join('examples', group, textAt(application, ['spec', 'source', 'path'])), '-o', 'json'];
  args.push('-e', textAt(application, ['spec', 'source', 'plugin', 'parameters', 0, 'string']));
  args.push('--app', textAt(application, ['metadata', 'name']));
  args.push('--namespace', textAt(application, ['spec', 'destination', 'namespace']));
  args.push('--kube-version', '1.36.1', '--api-versions', 'v1,apps/v1,apps/v1/Deployment');
  const env = { WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const { code, stdout, stderr } = await runCli(args, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line): unknown => JSON.parse(line));
}

describe.each(servers)('through %s', (server) => {
  const argocd = useArgoCD(server);

  it.each(groups)("the ApplicationSet of examples/%s gives Argo CD the command line's objects", async (group) => {
    const applications = await argocd.applications(join('examples', group, 'applicationset.yaml'));
    const names = applications.map((application) => textAt(application, ['metadata', 'name']));
    // Previews have ApplicationSets of their own (test/previews).
    const expected = listExamples().filter((example) => example.group === group && example.options.length === 0);
    expect(names.toSorted()).toEqual(
      expected.map(({ directory, environment }) => `${basename(directory)}-${environment}`).toSorted(),
    );
    // Behind argocd-cmp-server each render starts the program again: it renders one Application of each group, and
    // `waybill serve` all of them.
    const rendered = server === 'waybill serve' ? applications : applications.slice(0, 1);
    const results = await argocd.renderAll(join('examples', group), rendered);
    expect(results).toHaveLength(rendered.length);
    for (const [index, application] of rendered.entries()) {
      const { error, manifests } = results[index] ?? { error: 'no answer', manifests: [] };
      expect(error).toBeUndefined();
      expect(manifests.length).toBeGreaterThan(1);
      expect(manifests).toEqual(await onLaptop(group, application));
    }
  });
});

describe('the Applications of examples/native', () => {
  const argocd = useArgoCD();

  it.each(['applicationset.yaml', 'applicationset-helm.yaml'])(
    'are rendered by Argo CD itself, records included: %s',
    async (file) => {
      const applications = await argocd.applications(join('examples/native', file));
      expect(applications).toHaveLength(2);
      const results = await argocd.renderAll('examples/native', applications);
      for (const [index, application] of applications.entries()) {
        const name = textAt(application, ['metadata', 'name']);
        const [, directory = '', environment = ''] = /^(.*)-(staging|production)$/u.exec(name) ?? [];
        const env = { WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
        const render = ['render', join('examples/native', directory), '-e', environment, '-o', 'json'];
        const { stdout } = await runCli(render, { env });
        const printed = stdout.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]));
        expect(results[index]?.error).toBeUndefined();
        expect(results[index]?.manifests.map(summary).toSorted()).toEqual(printed.map(summary).toSorted());
        expect(printed.map(summary).filter((one) => one.includes(`.${environment}.${name}.`))).toHaveLength(1);
      }
    },
  );
});

/** Kind, name and everything but metadata: Argo CD fills in the namespace and its own labels later. */
function summary(manifest: unknown): string {
  const value: unknown = JSON.parse(JSON.stringify(manifest));
  if (typeof value !== 'object' || value === null) return '';
  const { kind, metadata, ...rest } = Object.assign({ kind: '', metadata: {} }, value);
  const name = 'name' in metadata ? metadata.name : '';
  return `${kind}/${String(name)} ${JSON.stringify(sorted(rest))}`;
}

/** The value with its keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

describe('the ApplicationSet of examples/deployments', () => {
  const argocd = useArgoCD();

  it('syncs staging by itself, and production never', async () => {
    const applications = await argocd.applications('examples/deployments/applicationset.yaml');
    const automatic = applications.map((application): [string, boolean] => {
      const [document] = readYaml(application, { file: 'application', duplicateKeys: 'error' });
      return [
        textAt(application, ['metadata', 'name']),
        valueAt(document?.value, ['spec', 'syncPolicy', 'automated']) !== undefined,
      ];
    });
    expect(Object.fromEntries(automatic)).toEqual({
      'order-service-production': false,
      'order-service-staging': true,
      'user-service-production': false,
      'user-service-staging': true,
    });
  });
});
