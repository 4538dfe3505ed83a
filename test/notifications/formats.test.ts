/**
 * The three formats say the same: kustomize and helm, the real programs, make the same ConfigMap of them. And the
 * examples are what the generator writes, and load in the real controller without a warning.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf, readSettings } from '../../plugin/notifications/checking/settings.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { formats } from '../../plugin/notifications/generate/formats/formats.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { startTestEngine } from '../tools/engine.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';

const folder = temporaryFolders();
const examples = ['github', 'everything'];
const outputs = { configmap: 'configmap.yaml', kustomize: 'kustomization.yaml', 'helm-values': 'values.yaml' };

function pathOf(example: string, file: string): string {
  return new URL(`../../examples/notifications/${example}/${file}`, import.meta.url).pathname;
}

function settingsOf(example: string): ReturnType<typeof generate> {
  return generate(readNotificationsConfig(readFileSync(pathOf(example, 'notifications.yaml'), 'utf8'), example));
}

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

/** The mapping that argo-helm documents for the chart argo-cd: charts/argo-cd/templates/argocd-notifications/configmap.yaml. */
const configMapTemplate = `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-notifications-cm
data:
  context: |
    argocdUrl: {{ .Values.notifications.argocdUrl | quote }}
{{- with .Values.notifications.context }}
{{ toYaml . | indent 4 }}
{{- end }}
{{- range $group := list "notifiers" "templates" "triggers" }}
{{- with get $.Values.notifications $group }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end }}
  subscriptions: |
{{ toYaml .Values.notifications.subscriptions | indent 4 }}
`;

describe.each(examples)('the example %s', (example) => {
  const settings = settingsOf(example);

  // One of them in all formats, the other, which is large, as a ConfigMap.
  const written = example === 'github' ? formats.names : (['configmap'] as const);
  it.each(written)('as %s is what the generator writes', async (format) => {
    await expect(formats.write(format, settings)).toMatchFileSnapshot(pathOf(example, outputs[format]));
  });

  it('loads in the real controller, and every text and expression is read without complaint', async () => {
    const { error, problems, warnings } = await engine.check({
      configMap: Object.fromEntries(settings),
      fillSecret: true,
    });
    expect({ error, problems, warnings }).toEqual({ error: undefined, problems: [], warnings: [] });
  });

  it('kustomize makes the same ConfigMap of the component', async () => {
    const root = folder({
      'kustomization.yaml': 'resources: [cm.yaml]\ncomponents: [notifications]\n',
      // As in Argo CD's own manifests: no data.
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: argocd-notifications-cm, labels: { app: argocd } }\n',
      'notifications/kustomization.yaml': formats.write('kustomize', settings),
    });
    const built = execFileSync(await kustomizeBinary(), ['build', root], { encoding: 'utf8' });
    expect(dataOf(readSettings(built, 'built.yaml'))).toEqual(Object.fromEntries(settings));
    expect(built).toContain('app: argocd');
  });

  it('helm makes the same ConfigMap of the values', async () => {
    const root = folder({
      'Chart.yaml': 'apiVersion: v2\nname: test\nversion: 1.0.0\n',
      'templates/configmap.yaml': configMapTemplate,
      'waybill.yaml': formats.write('helm-values', settings),
    });
    const args = ['template', 'test', root, '-f', `${root}/waybill.yaml`];
    const built = dataOf(readSettings(execFileSync(await helm4Binary(), args, { encoding: 'utf8' }), 'built.yaml'));
    const { context, ...rest } = Object.fromEntries(settings);
    expect(built).toEqual({ context: 'argocdUrl: "https://argocd.acme.dev"\n', ...rest });
    expect(context).toBe('argocdUrl: https://argocd.acme.dev\n');
  });
});
