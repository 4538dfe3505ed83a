// From the sidecar to a native source and back (docs/native.md): no pod restarts, since nothing but annotations of
// workloads changes, and the record stays the same.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { identify } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

let env: Record<string, string | undefined>;
beforeAll(async () => {
  env = { WAYBILL_KUSTOMIZE: await kustomizeBinary(), WAYBILL_HELM: await helm4Binary() };
});

const RECORD = /^waybill\./u;

/** Objects by kind and name, without the annotations that the stamp writes on workloads. */
function objectsIn(text: string): Map<string, JsonObject> {
  const documents = readYaml(text, { file: 'rendered', duplicateKeys: 'error' });
  return new Map(
    documents.flatMap(({ value }): [string, JsonObject][] => {
      if (!isObject(value) || !isObject(value['metadata'])) return [];
      const { annotations, ...metadata } = value['metadata'];
      const kept = Object.entries(isObject(annotations) ? annotations : {}).filter(
        ([name]) => !name.startsWith('waybill.dev/'),
      );
      const all = kept.length > 0 ? { ...metadata, annotations: Object.fromEntries(kept) } : metadata;
      const { kind, name } = identify(value);
      return [[`${kind}/${name}`, { ...value, metadata: all }]];
    }),
  );
}

describe.each([
  ['kustomize', '  kustomize: "overlays/{{ environment }}"', 'overlays/{{ environment }}/waybill-record.yaml'],
  ['helm', '  helm:', 'chart/templates/waybill-record-{{ environment }}.yaml'],
])('examples/%s', (example, source, record) => {
  it('gives the same objects natively, and with the sidecar again', async () => {
    const cwd = createRepository({});
    cpSync(join('examples', example, 'user-service'), join(cwd, 'user-service'), { recursive: true });
    const file = join(cwd, 'user-service/waybill.yaml');
    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runCli([...args, '-C', 'user-service', '-e', 'production'], { cwd, env });
      expect({ code, stderr: stderr.replaceAll(/^wrote .*\n/gmu, '') }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    const application = '  application: "{{ app.name }}-{{ environment }}"\n';
    const withSidecar = readFileSync(file, 'utf8');
    const before = await run('render', '--app', 'user-service-production');

    const native = withSidecar.replace(source, `  native: true\n${source}`);
    writeFileSync(file, `${native}record:\n  file: "${record}"\n${application}`);
    await run('record', '--write');
    const after = await run('render');
    const [old, now] = [objectsIn(before), objectsIn(after)];
    // The stamp is on the Deployment itself; its pod template is what it was.
    expect(before).toContain('waybill.dev/source-commit');
    expect(after).not.toContain('waybill.dev/source-commit');
    expect(now).toEqual(old);
    expect([...now.keys()].filter((name) => RECORD.test(name.replace('ConfigMap/', '')))).toHaveLength(1);

    // Back: a record that stays in the files would report its commit for ever, so validate finds it.
    writeFileSync(file, withSidecar);
    const left = await runCli(['validate', 'user-service'], { cwd, env });
    expect(left.code).toBe(1);
    expect(left.stderr).toContain(
      'error[record-twice]: the source of production has a record of its own: waybill.acme',
    );

    // The file of the record goes, and what lists it; elsewhere in the directory it is still found.
    const kept = join(cwd, 'user-service/records.yaml');
    cpSync(join(cwd, 'user-service', record.replaceAll('{{ environment }}', 'production')), kept);
    rmSync(join(cwd, 'user-service', record.replaceAll('{{ environment }}', 'production')));
    const kustomization = join(cwd, 'user-service/overlays/production/kustomization.yaml');
    if (example === 'kustomize')
      writeFileSync(kustomization, readFileSync(kustomization, 'utf8').replace(/^.*waybill-record\.yaml\n/mu, ''));
    const unrendered = await runCli(['validate', 'user-service'], { cwd, env });
    expect(unrendered.code).toBe(0);
    expect(unrendered.stderr).toContain(
      'user-service/records.yaml: warning[record-unrendered]: nothing renders the record',
    );
    rmSync(kept);
    expect((await runCli(['validate', 'user-service'], { cwd, env })).stderr).not.toContain('record-');
    expect(await run('render', '--app', 'user-service-production')).toBe(before);
  });
});
