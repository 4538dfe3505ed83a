import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../plugin/cli/program.ts';
import { engineBinary } from '../tools/argocd.mjs';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const engine = await engineBinary();

async function simulate(args: readonly string[], env: Record<string, string> = { WAYBILL_ENGINE: engine }) {
  let stdout = '';
  let stderr = '';
  const code = await run(['notifications', 'simulate', ...args], {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env,
    cwd: fixtures,
  });
  return { code, stdout, stderr };
}

const cm = ['--cm', 'notifications/hand-written.yaml'];

describe('waybill notifications simulate', () => {
  it('prints what happened and what was sent, with the condition that sent it', async () => {
    const { code, stdout } = await simulate([...cm, 'recordings/deletion.jsonl.gz']);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('deletion.jsonl.gz: 6 events, 5 messages (2026-11-20, UTC)');
    expect(lines).toContain('18:57:17.943  argocd/web: Synced at f037f7f, Healthy, operation Succeeded at f037f7f');
    expect(lines).toContain(
      '18:57:18.046  argocd/web: being deleted, Synced at f037f7f, Healthy, operation Succeeded at f037f7f',
    );
    expect(lines).toContain('18:57:19.881  argocd/web: gone');
    const told = '                  ';
    expect(lines.filter((line) => line.startsWith(told)).toSorted()).toEqual([
      `${told}POST https://audit.acme.dev/deployments/web -> 200`,
      `${told}Slack chat.postMessage in deployments: web is deleted -> 200`,
      `${told}Slack chat.postMessage in deployments: web runs f037f7fcd1645d0af4949be1fb592fea7ec7beb0 -> 200`,
      `${told}commit status success of acme/manifests@f037f7f, deployment -> 201`,
      `${told}mail to ops@acme.dev: web is deployed -> 250`,
    ]);
    expect(stdout).toMatch(
      /18:57:18\.046 {2}argocd\/web +Slack chat\.postMessage in deployments: web is deleted +slack:deployments +on-deleted\[0\] app-deleted +200/u,
    );
    expect(stdout).toContain('on-deployed[0] Application is synced and healthy. Triggered once per commit.');
  });

  it('shows what such a configuration gets wrong: a version is announced while it waits for its sync', async () => {
    const { stdout } = await simulate(['-o', 'json', ...cm, 'recordings/manual-sync.jsonl.gz']);
    const said = stdout
      .split('\n')
      .filter((line) => line.includes('"service":"slack"'))
      .map((line) => /"at":"([^"]*)".*manual-sync runs (\w{7})/u.exec(line)?.slice(1));
    expect(said).toEqual([
      ['2026-11-20T19:09:15.886Z', '9ed18e9'],
      // The sync is asked for 1.5 s later; its end, and the rollback after it, are then never announced.
      ['2026-11-20T19:09:18.616Z', '7b0ebab'],
    ]);
  });

  it('says what to do when the helper program is not there', async () => {
    const { code, stdout, stderr } = await simulate([...cm, 'recordings/deletion.jsonl.gz'], { PATH: '/nowhere' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error[binary-missing]: waybill-engine is needed here and is not installed');
    expect(stderr).toContain('go build -C engine -o waybill-engine .');
  });

  it('says when the controller would refuse the ConfigMap', async () => {
    const { code, stderr } = await simulate(['--cm', 'notifications/refused.yaml', 'recordings/deletion.jsonl.gz']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[notifications-refused]: the notifications controller refuses this ConfigMap: ');
  });

  it('refuses what is no recording, with the line', async () => {
    const { code, stderr } = await simulate([...cm, 'notifications/hand-written.yaml']);
    expect(code).toBe(1);
    expect(stderr).toContain('notifications/hand-written.yaml:1: error[recording-invalid]: a JSON object was expected');
  });
});
