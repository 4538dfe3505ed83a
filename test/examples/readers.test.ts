import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ask, list, textAt } from '../handback/oracle.ts';
import { argocdBinary } from '../tools/argocd.mjs';
import { runCli } from '../tools/run-cli.ts';

// Every file of the examples is read by what reads it in real life.
const files = readdirSync('examples', { recursive: true, encoding: 'utf8' })
  .map((file) => join('examples', file))
  .filter((file) => /\.ya?ml$/u.test(file))
  .sort();
const holding = (pattern: RegExp): string[] => files.filter((file) => pattern.test(readFileSync(file, 'utf8')));

it("Argo CD's own kinds, strictly, by Argo CD", async () => {
  const named = holding(/^kind: (?:Application|ApplicationSet|AppProject)$|^ {2}name: argocd-rbac-cm$/mu);
  const { stdout } = await promisify(execFile)(await argocdBinary(), ['objects', ...named]);
  // A file that only names the ConfigMap in a patch has no line.
  expect(stdout.split('\n').filter(Boolean).length).toBeGreaterThanOrEqual(named.length);
});

it('workflows, by actionlint', async () => {
  const workflows = files.filter((file) => /\/workflows\/[^/]*$/u.test(file));
  expect(workflows).not.toEqual([]);
  const problems = await Promise.all(
    workflows.map(async (name) => {
      // Outside of this repository: `uses: ./…` means the repository that the file is copied to.
      const asked = await ask({ op: 'actionlint', name: `/${basename(name)}`, text: readFileSync(name, 'utf8') });
      return list(asked, 'problems').map((problem) => `${name}: ${textAt(problem, [])}`);
    }),
  );
  expect(problems.flat()).toEqual([]);
});

it('policies, by a render', async () => {
  const policies = holding(/^kind: Policy$/mu);
  expect(policies).not.toEqual([]);
  for (const file of policies) {
    const env = { WAYBILL_POLICY: file };
    const { stderr } = await runCli(['render', 'examples/plain/user-service', '-e', 'staging'], { env });
    expect(stderr).not.toMatch(/error\[policy-(?:invalid|missing)\]/u);
  }
});

it('notifications, by waybill notifications generate', async () => {
  for (const file of holding(/^kind: Notifications$/mu)) {
    const { code, stderr } = await runCli(['notifications', 'generate', '-f', file]);
    expect({ file, code, errors: stderr.match(/error\[[a-z-]+\]/gu) }).toEqual({ file, code: 0, errors: null });
  }
});
