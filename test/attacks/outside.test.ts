/**
 * Time and memory are held from outside the event loop: the built command is made to hang, or to take memory, wherever
 * its own code calls Node, and ends with an error of Waybill's own and nothing on stdout.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runBundled } from '../tools/bundled.ts';
import { confineBinary } from '../tools/confine.mjs';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { waybill } from './tenant.ts';

const folder = temporaryFolders();
let confine = '';
beforeAll(async () => {
  confine = await confineBinary();
});

const actions = {
  loop: 'for (;;);',
  'loop of promises': 'return (async () => { for (;;) await undefined })()',
  'catch and loop': 'for (;;) try { for (;;); } catch {} finally { for (;;); }',
  // Slowly: it is the watcher that must see it, not the end of the machine's memory.
  grow: 'const kept = []; for (;;) { kept.push(Buffer.alloc(1 << 20, 1)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); }',
};

/** Lets a function of Node's do something else when an argument, or the object, ends with `when`. */
const faulty = (object: string, name: string, when: string, action: keyof typeof actions): string => `
const object = ${object}, real = object.${name};
object.${name} = function (...args) {
  if (String(args[0]).endsWith(${JSON.stringify(when)})) { ${actions[action]} }
  return Reflect.apply(real, this, args);
};`;

const lock =
  'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [{ name: a/b, tag: "1" }]\n';
const manifest =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: z }\nspec: { containers: [{ name: main, image: a/b }] }\n';
const plain = { 'waybill.yaml': waybill(), 'z.yaml': manifest, 'locks/production.yaml': lock };
const large = { ...plain, 'large.yaml': `${manifest.replace('z }', 'large }')}# ${'x'.repeat(3_000_000)}\n` };
const kustomized = {
  'waybill.yaml': waybill('source: { kustomize: base }\n'),
  'base/kustomization.yaml': 'resources: [z.yaml]\n',
  'base/z.yaml': manifest,
};

async function attempt(
  files: Record<string, string>,
  fault: string,
  { parent = false, seconds = 1, kustomize }: { parent?: boolean; seconds?: number; kustomize?: string } = {},
) {
  const work = folder({
    'fault.cjs': fault,
    'policy.yaml': `apiVersion: waybill.dev/v1\nkind: Policy\nkustomize: { inProcess: false }\nlimits: { seconds: ${seconds}, memory: 268435456 }\n`,
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`_cmp_server/x/app/${path}`, text])),
  });
  mkdirSync(join(work, 'tmp'));
  const cwd = join(work, '_cmp_server/x/app');
  if (kustomize !== undefined) chmodSync(join(cwd, kustomize), 0o755);
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: join(work, 'tmp'),
    NODE_OPTIONS: `--require ${join(work, 'fault.cjs')}`,
    ARGOCD_CMP_WORKDIR: work,
    ARGOCD_APP_NAME: 'shop',
    ARGOCD_APP_PARAMETERS: '[{"name":"environment","string":"production"}]',
    WAYBILL_POLICY: join(work, 'policy.yaml'),
    WAYBILL_KUSTOMIZE: kustomize === undefined ? await kustomizeBinary() : join(cwd, kustomize),
  };
  if (!parent) return runBundled(['plugin', 'generate'], { cwd, env });
  const program = [process.execPath, await builtProgram(), 'plugin', 'generate'];
  const ended = spawnSync(confine, ['--guard', '--timeout', fault === actions.loop ? '2' : '60', '--', ...program], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const text = "require('node:buffer').Buffer";
const files = "require('node:fs')";

describe.concurrent.each<[string, Record<string, string>, string, string]>([
  ['listing files', plain, faulty(files, 'readdirSync', '/app', 'loop'), 'limit-seconds'],
  ['reading the lock', plain, faulty(files, 'openSync', 'production.yaml', 'loop'), 'limit-seconds'],
  [
    'reading the lock, and catching',
    plain,
    faulty(files, 'openSync', 'production.yaml', 'catch and loop'),
    'limit-seconds',
  ],
  ['writing the output', plain, faulty(text, 'byteLength', '}\n', 'loop'), 'limit-seconds'],
  ['copying for kustomize', kustomized, faulty(files, 'writeFileSync', 'z.yaml', 'loop'), 'limit-seconds'],
  ['reading what kustomize printed', kustomized, faulty(text, 'concat', '', 'loop'), 'limit-seconds'],
  ['memory, behind a large file', large, faulty(text, 'byteLength', '}\n', 'grow'), 'limit-memory'],
])('%s', (_name, application, fault, code) => {
  it(`ends with ${code}`, async () => {
    const { stderr, ...ended } = await attempt(application, fault, { seconds: code === 'limit-memory' ? 30 : 1 });
    expect([ended, stderr.split('\n')[0]]).toEqual([
      { code: 1, stdout: '' },
      expect.stringMatching(new RegExp(`^error\\[${code}\\]: `, 'u')),
    ]);
  });
});

it.concurrent('a program that never ends is stopped, and the error is told', async () => {
  const slow = { ...kustomized, 'slow.sh': '#!/bin/sh\nexec /bin/sleep 60\n' };
  const { stderr, ...ended } = await attempt(slow, '', { kustomize: 'slow.sh' });
  expect(ended).toEqual({ code: 1, stdout: '' });
  // Whichever clock is first: this machine may be busy.
  expect(stderr).toMatch(/error\[(?:binary-timeout|limit-seconds)\]: /u);
});

describe.concurrent('waybill-confine as the parent', () => {
  it('passes on what the command says', async () => {
    const { stdout, ...ended } = await attempt(plain, '', { parent: true });
    expect(ended).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('"name":"z"');
  });

  it.each([
    [
      'Node that V8 ends',
      "require('node:v8').setFlagsFromString('--stack-size=1'); process.abort()",
      70,
      /^internal error: waybill was ended by the signal "aborted"/u,
    ],
    [
      'a process that is killed',
      "process.kill(process.pid, 'SIGKILL')",
      1,
      /^error\[limit-memory\]: the command needed more memory than there is/u,
    ],
    ['a start that hangs', actions.loop, 1, /^error\[limit-seconds\]: the command took more than 2s and was stopped/u],
    [
      "words of V8's",
      "process.stderr.write('FATAL ERROR: Reached heap limit - JavaScript heap out of memory\\n'); process.abort()",
      1,
      /^error\[limit-memory\]: /u,
    ],
  ])('says why it ended: %s', async (_name, fault, code, message) => {
    const { stderr, ...ended } = await attempt(plain, fault, { parent: true });
    expect(ended).toEqual({ code, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
