import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helm3Binary, helm4Binary, kustomizeBinary } from '../../test/tools/renderers.mjs';
import { helmTemplate, inspectHelm } from './helm.ts';
import { inspectKustomize } from './kustomize.ts';
import { withScratch } from './scratch.ts';
import { ofSupportedVersion } from './version.ts';

describe('versions', () => {
  it('knows the real programs', async () => {
    const kustomize = await inspectKustomize({ env: { WAYBILL_KUSTOMIZE: await kustomizeBinary() } });
    expect(kustomize).toMatchObject({ name: 'kustomize', version: '5.8.1' });
    expect(await inspectHelm({ env: { WAYBILL_HELM: await helm3Binary() } })).toMatchObject({ version: '3.22.0' });
    expect(await inspectHelm({ env: { WAYBILL_HELM: await helm4Binary() } })).toMatchObject({ version: '4.3.1' });
  });

  // `go install` sets no version: helm then prints what its source says, kustomize what Go knows of the module.
  it.each([
    ['helm', 'v4.3', '4.3'],
    ['helm', 'v3.22', '3.22'],
    ['helm', 'v4.3+unreleased', '4.3+unreleased'],
    ['kustomize', 'v5.8.1', '5.8.1'],
  ])('take %s %s, as go install makes it', async (name, printed, version) => {
    await withScratch(async ({ files }) => {
      const path = join(files, name);
      writeFileSync(path, `#!/bin/sh\necho '${printed}'\n`);
      chmodSync(path, 0o755);
      const inspect = name === 'helm' ? inspectHelm : inspectKustomize;
      expect(await inspect({ env: { PATH: files } })).toMatchObject({ version });
    });
  });

  it('are told before what an unsupported program fails with', async () => {
    await withScratch(async ({ files }) => {
      const path = join(files, 'helm');
      writeFileSync(
        path,
        '#!/bin/sh\n[ "$1" = version ] && echo v2.17.0 || { echo "Error: unknown flag" >&2; exit 1; }\n',
      );
      chmodSync(path, 0o755);
      const chart = { chart: files, chartName: 'app', releaseName: 'x', apiVersions: [], values: [] };
      const render = helmTemplate({ ...chart, location: { file: 'app' } }, { env: { PATH: files } });
      await expect(render).rejects.toThrow('is helm v2.17.0; v3 or v4 is needed');
    });
  });

  it('are not asked for where the executable tells them', async () => {
    const real = await kustomizeBinary();
    const asked = async (majors: number[]): Promise<string> =>
      withScratch(async (scratch) => {
        // A path that nothing is known of.
        const binary = { name: 'kustomize', path: join(scratch.files, 'kustomize') };
        symlinkSync(real, binary.path);
        const wanted = { package: /\/kustomize\/v(\d+)$/u, args: ['no-such-command'], majors, howToGet: 'Install it.' };
        return ofSupportedVersion(Promise.resolve('built'), binary, wanted, scratch, { env: {} });
      });
    await expect(asked([4])).rejects.toThrow('kustomize failed: unknown command "no-such-command"');
    await expect(asked([5])).resolves.toBe('built');
  });

  // What older programs print for the same arguments.
  it.each([
    ['kustomize', '{Version:kustomize/v4.5.7 GitCommit:56d8 BuildDate:2022 GoOs:linux GoArch:amd64}', 'v4.5.7; v5 is'],
    ['kustomize', '(devel)', '"(devel)"; v5 is'],
    ['helm', 'v2.17.0', 'v2.17.0; v3 or v4 is'],
    ['helm', 'v2.17', 'v2.17; v3 or v4 is'],
    ['helm', 'v4', '"v4"; v3 or v4 is'],
  ])('refuses %s %s', async (name, printed, message) => {
    await withScratch(async ({ files }) => {
      const path = join(files, name);
      writeFileSync(path, `#!/bin/sh\necho '${printed}'\n`);
      chmodSync(path, 0o755);
      const inspect = name === 'helm' ? inspectHelm : inspectKustomize;
      await expect(inspect({ env: { PATH: files } })).rejects.toThrow(message);
    });
  });
});
