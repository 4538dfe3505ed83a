import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { engineBinary } from '../tools/argocd.mjs';

it('vocabulary.json is every name that the engine knows (npx vitest … -u writes it)', async () => {
  const { stdout } = spawnSync(await engineBinary(), { input: '{"op":"vocabulary"}\n', encoding: 'utf8' });
  const [answer] = readJsonObjects(stdout, 'waybill-engine');
  const text = `${JSON.stringify(answer?.value['vocabulary'], null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../plugin/notifications/checking/vocabulary.json');
});
