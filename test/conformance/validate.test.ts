import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../plugin/cli/program.ts';
import { engineBinary } from '../tools/argocd.mjs';

const fixtures = fileURLToPath(new URL('../fixtures/notifications', import.meta.url));
const engine = await engineBinary();

async function validate(files: readonly string[], env: Record<string, string> = { WAYBILL_ENGINE: engine }) {
  let stdout = '';
  let stderr = '';
  const code = await run(['notifications', 'validate', ...files], {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env,
    cwd: fixtures,
  });
  return {
    code,
    stdout,
    stderr,
    findings: stderr.split('\n').filter((line) => /^\S+: (?:error|warning)\[/u.test(line)),
  };
}

describe('waybill notifications validate', () => {
  it("says what is wrong with the triggers and templates of Argo CD's own catalogue", async () => {
    const { code, findings, stderr } = await validate(['catalogue.yaml']);
    // Nothing in it is refused or silent; all of it are traps.
    expect(code).toBe(0);
    const deployed = findings.filter((line) => line.includes('on-deployed'));
    expect(deployed.map((line) => line.replace(/^[^ ]+ warning\[notifications-trap\]: /u, ''))).toEqual([
      'oncePer of trigger.on-deployed[0]: a message that cannot be sent is never sent again (one 502 loses it)',
      "oncePer of trigger.on-deployed[0] uses the manifests' commit: a rollback to a reported commit sends nothing, and with several sources all commits are the same",
      'when of trigger.on-deployed[0] fails where app.status.health is missing',
      'when of trigger.on-deployed[0] holds for a moment while the old pods run',
    ]);
    // Its templates ask for the source before they print it.
    expect(findings.filter((line) => line.includes('for an Application with several sources'))).toEqual([]);
    expect(stderr).toContain("Checked with Argo CD's own engine (waybill-engine).");
  });

  it('finds mistakes in values of the argo-cd chart, where they stand', async () => {
    const { code, findings } = await validate(['chart-values.yaml']);
    expect(code).toBe(1);
    expect(
      findings.map((line) => line.replace(/^(\S+?:\d+):\d+: \w+\[notifications-(\w+)\]: (.*)$/u, '$1 $2 $3')),
    ).toEqual([
      'chart-values.yaml:7 refused context.region must be a text',
      'chart-values.yaml:10 silent service.slack ignores tokn',
      'chart-values.yaml:12 silent the recipient slak:deployments names the service slak, which does not exist: nothing is sent to it',
      'chart-values.yaml:18 wrong template.deployed prints <no value> for .application',
      'chart-values.yaml:21 trap when of trigger.on-deployed[0] fails where app.status.operationState is missing',
      'chart-values.yaml:22 silent trigger.on-deployed[0] sends the template deploed, which does not exist: nothing is sent',
    ]);
  });

  it('finds mistakes in a kustomization that patches the ConfigMap', async () => {
    const { findings } = await validate(['component.yaml']);
    expect(
      findings.map((line) => line.replace(/^(\S+?:\d+):\d+: \w+\[notifications-(\w+)\]: (.*)$/u, '$1 $2 $3')),
    ).toEqual([
      'component.yaml:14 silent service.slack ignores tokn',
      'component.yaml:15 refused data.service.email.mail must be a text',
      'component.yaml:18 refused when of trigger.on-deployed[0] does not parse: unexpected token Operator("=")',
      'component.yaml:19 silent trigger.on-deployed[0] sends the template deployed, which does not exist: nothing is sent',
    ]);
  });

  it('shows the line, and names what exists', async () => {
    const { stderr } = await validate(['refused.yaml']);
    expect(stderr).toContain(
      [
        'refused.yaml:7:39: error[notifications-refused]: when of trigger.broken[0] does not parse: unexpected token EOF',
        '    7 |     - when: app.status.health.status ==',
      ].join('\n'),
    );
    expect(stderr).toContain('sends the template nothing, which does not exist');
    expect(stderr).toContain('refused.yaml: 2 errors, 1 warning');
  });

  it('goes on without the helper program, and says so', async () => {
    const { code, stderr } = await validate(['refused.yaml'], { PATH: '/nowhere' });
    expect(code).toBe(1);
    expect(stderr).toContain('when of trigger.broken[0] does not parse: the expression ends too early');
    expect(stderr).toContain('Checked without waybill-engine');
  });

  it('says when a file is not there', async () => {
    const { code, stderr } = await validate(['../kubernetes-free.yaml']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[file-missing]: ../kubernetes-free.yaml does not exist');
  });

  it('finds only traps in a ConfigMap that works', async () => {
    const { code, findings } = await validate(['hand-written.yaml']);
    expect(code).toBe(0);
    expect(findings.every((line) => line.includes('warning[notifications-trap]'))).toBe(true);
  });
});
