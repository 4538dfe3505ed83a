/**
 * `npm run demo` shows the same with Argo CD's controller and with the recorded results, and needs no network.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { engineBinary } from '../tools/argocd.mjs';
import { temporaryFolders } from '../tools/folder.ts';

const folder = temporaryFolders();

async function demo(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/demo.mjs'], {
    env: { PATH: process.env['PATH'], TMPDIR: folder({}), ...env },
  });
  const [, page = ''] = /Open it: (file:\S+)/u.exec(stdout) ?? [];
  expect(readFileSync(fileURLToPath(page), 'utf8')).toContain('c81b388');
  return stdout.replace(page, 'PAGE');
}

it('says what GitHub shows, by the real controller and by its recorded results', async () => {
  const [engine, recorded] = await Promise.all([
    demo({ WAYBILL_ENGINE: await engineBinary() }),
    demo({ WAYBILL_TEST_CACHE: folder({}) }),
  ]);
  const shown = `6. What GitHub shows at acme/web, environment staging
       c81b388  Wait until the database is there   in_progress -> success
       66bb21f  Read greetings from the database   in_progress -> failure
       ad568ac  Greet visitors                     success -> inactive
`;
  expect(engine).toContain(shown);
  expect(engine).toContain("Argo CD's own notifications controller (waybill-engine: ");
  expect(recorded).toContain('waybill-engine was not built here');
  const told = (text: string) => text.slice(text.indexOf('18:58:32'));
  expect(told(recorded)).toBe(told(engine));
});
