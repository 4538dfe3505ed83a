import { describe, expect, it } from 'vitest';
import { readSecret, readSettings } from './settings.ts';
import { validateSettings } from './validate.ts';

const config = (template: string, more = ''): string =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: { name: argocd-notifications-cm }',
    'data:',
    '  service.slack: |',
    '    token: $slack-token',
    '  trigger.t: |',
    '    - when: "true"',
    '      send: [t]',
    '  template.t: |',
    `    message: ${JSON.stringify(template)}`,
    more,
  ].join('\n');

async function found(text: string): Promise<string[]> {
  const diagnostics = await validateSettings(readSettings(text, 'cm.yaml'), undefined);
  return diagnostics.map(({ code, message }) => `${code.replace('notifications-', '')} ${message}`);
}

describe('what templates read', () => {
  it.each([
    // Fields of the value of a pipeline or function (docs/operator-manual/notifications/templates.md).
    '{{ (call .repo.GetCommitMetadata .app.status.sync.revision).Author }}',
    '{{ ((call .repo.GetAppDetails).Helm).GetParameterValueByName "x" }}',
    '{{ (dict "a" (dict "b" 1)).a.b }}',
    '{{ (call .time.Parse .app.status.operationState.startedAt).Local.Format "2006" }}',
    '{{ now.Year }}',
    '{{- $source := .app.spec.source -}} {{ $source.repoURL }}',
    // Guarded reads.
    '{{ if .app.spec.source }}{{ .app.spec.source.repoURL }}{{ end }}',
    '{{ if $.app.spec.source }}{{ $.app.spec.source.repoURL }}{{ end }}',
    '{{ with .app.spec.source }}{{ .repoURL }} {{ $.app.metadata.name }}{{ end }}',
    '{{ if .app.spec.sources }}{{ (index .app.spec.sources 0).repoURL }}{{ else }}{{ .app.spec.source.path }}{{ end }}',
    '{{ if eq 1 2 }}{{ else if .app.spec.source }}{{ .app.spec.source.path }}{{ end }}',
    '{{ if hasKey .app.spec "source" }}{{ .app.spec.source.path }}{{ end }}',
    '{{ if not (hasKey .app.spec "sources") }}{{ .app.spec.source.path }}{{ end }}',
    '{{ .app.spec.source.path | default "none" }}',
    '{{ if .context.team }}{{ .context.team }}{{ end }} {{ .context.notificationType }}',
    '{{ define "x" }}{{ .anything }} {{ $.anything }}{{ end }}',
  ])('accepts %s', async (template) => {
    expect(await found(config(template))).toEqual([]);
  });

  it.each([
    ['{{ .Author }}', 'wrong template.t prints <no value> for .Author'],
    ['{{ (call .repo.GetCommitMetadata "x") .Author }}', 'wrong template.t prints <no value> for .Author'],
    ['{{ $.Author }}', 'wrong template.t prints <no value> for .Author'],
    [
      '{{ range .app.status.resources }}{{ .kind }}{{ end }}{{ .kind }}',
      'wrong template.t prints <no value> for .kind',
    ],
    ['{{ if .author }}{{ .author }}{{ end }}', 'trap template.t uses .author, which never exists'],
    ['{{ .secrets.key }}', 'wrong template.t prints .secrets.key as a list of numbers'],
    ['{{ .app.spec.source.path }}', 'trap template.t prints <no value> for an Application with several sources'],
    [
      '{{ if .app.spec.source }}{{ end }}{{ .app.spec.source.path }}',
      'trap template.t prints <no value> for an Application with several sources',
    ],
    [
      '{{ if .app.metadata.labels }}{{ $.app.spec.source.path }}{{ end }}',
      'trap template.t prints <no value> for an Application with several sources',
    ],
    ['{{ .context.argocdUrl }}', 'trap template.t prints <no value> for .context.argocdUrl'],
  ])('finds in %s: %s', async (template, expected) => {
    expect(await found(config(template))).toEqual([expected]);
  });

  it('knows which keys the context has', async () => {
    const text = config('{{ .context.argocdUrl }} {{ .context.team }}', '  context: "argocdUrl: https://x"\n');
    expect(await found(text)).toEqual(['trap template.t prints <no value> for .context.team']);
  });
});

describe('guards of expressions', () => {
  const trigger = (when: string, oncePer?: string): string =>
    config('x').replace('when: "true"', `when: ${when}${oncePer === undefined ? '' : `\n      oncePer: ${oncePer}`}`);
  it.each([
    ["app.status.operationState != nil and app.status.operationState.phase == 'Succeeded'"],
    ["nil != app.status.operationState and app.status.operationState.phase == 'Succeeded'"],
    ["app.status.health == nil or app.status.health.status == 'Missing'"],
  ])('%s', async (when) => {
    expect(await found(trigger(when))).toEqual([]);
  });

  it('hold in oncePer, too, which is evaluated only when `when` holds', async () => {
    const guarded = await found(trigger('app.status.sync != nil', 'app.status.sync.status'));
    expect(guarded.filter((one) => one.includes('is missing'))).toEqual([]);
    const open = await found(trigger('app.metadata.name != nil', 'app.status.sync.status'));
    expect(open).toContain('trap oncePer of trigger.t[0] fails where app.status.sync is missing');
  });
});

describe('the Secret', () => {
  const secret = (name: string, more: string): string =>
    `\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\n${more}`;
  it.each([
    ['the empty one that Argo CD installs', secret('argocd-notifications-secret', 'type: Opaque'), []],
    ['with empty data', secret('argocd-notifications-secret', 'data: {}'), []],
    ["Argo CD's other one", secret('argocd-secret', 'stringData: { admin: x }'), []],
    ['with the key', secret('argocd-notifications-secret', 'stringData: { slack-token: x }'), []],
    [
      'without the key',
      secret('argocd-notifications-secret', 'stringData: { slack-tokn: x }'),
      ['silent service.slack refers to $slack-token, which the Secret does not have'],
    ],
  ])('%s', async (_name, text, expected) => {
    expect(await found(config('x') + text)).toEqual(expected);
  });

  it('is read from a file of its own', () => {
    const text = secret('argocd-notifications-secret', 'data: { a: eA== }');
    expect(readSecret(text, 's.yaml')).toEqual(new Map([['a', 'x']]));
    expect(() => readSettings(text, 's.yaml')).toThrow(/contains no settings/u);
  });
});
