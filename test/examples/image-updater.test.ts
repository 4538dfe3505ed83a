import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { type CliResult, runCli } from '../tools/run-cli.ts';

// Image Updater writes a kustomization as `kustomize edit set image` does. Beside Waybill each image has one writer.
const folder = temporaryFolders();
const overlay = 'report-service/overlays/staging';
let kustomize = '';
beforeAll(async () => {
  kustomize = await kustomizeBinary();
});

/** The example after Image Updater has set an image; what `waybill validate` says, and the record before and after. */
async function updated(image: string): Promise<{ validated: CliResult; records: readonly string[] }> {
  const root = folder({});
  cpSync('examples/image-updater', root, { recursive: true });
  const record = (): string => readFileSync(join(root, overlay, 'waybill-record.yaml'), 'utf8');
  const before = record();
  await promisify(execFile)(kustomize, ['edit', 'set', 'image', image], { cwd: join(root, overlay) });
  expect(readFileSync(join(root, overlay, 'kustomization.yaml'), 'utf8')).toContain('1.6.39');
  const validated = await runCli(['validate', root, '--root', root], { env: { WAYBILL_KUSTOMIZE: kustomize } });
  return { validated, records: [before, record()] };
}

it('passes what Image Updater commits, and the record stays', async () => {
  const { validated, records } = await updated('docker.io/library/memcached=docker.io/library/memcached:1.6.39');
  expect(validated).toMatchObject({ code: 0, stderr: '' });
  expect(records[0]).toBe(records[1]);
});

it('refuses that Image Updater changes the image of the lock', async () => {
  const { validated } = await updated('ghcr.io/acme/report-service=ghcr.io/acme/report-service:1.6.39');
  expect(validated.code).toBe(1);
  expect(validated.stderr).toContain('error[record-image]');
});

it('becomes a strategy of Waybill with the same rules', async () => {
  const root = folder({});
  cpSync('examples/image-updater', root, { recursive: true });
  const args = ['images', 'import', '../image-updater.yaml', '--write', '-C', join(root, 'report-service')];
  expect(await runCli(args)).toMatchObject({ code: 0 });
  const written = readFileSync(join(root, 'report-service/waybill.yaml'), 'utf8');
  expect(written).toMatch(
    /memcached\n {4}strategy: semver\n {4}constraint: ~1\.6\n {4}allowTags: .*\n {4}thirdParty: true\n/u,
  );
});
