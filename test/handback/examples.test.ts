import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { patternNames } from '../../plugin/handback/generate.ts';
import { runCli } from '../tools/run-cli.ts';

const folder = 'examples/handback';
const examples = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
const written = (name: string): string => readFileSync(join(folder, name, 'handback.yaml'), 'utf8');
const patternOf = (name: string): string => /^# waybill handback generate (\S+) /u.exec(written(name))?.[1] ?? '';
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

/** What is committed, as the command prints it. */
function committed(name: string): string[] {
  const generated = join(folder, name, 'generated');
  return readdirSync(generated, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .map((path) => `# file: ${path.slice(generated.length + 1)}\n${readFileSync(path, 'utf8')}\n`)
    .toSorted();
}

const copies = mkdtempSync(join(tmpdir(), 'waybill-examples-'));
afterAll(() => rmSync(copies, { recursive: true, force: true }));

describe('the hand-back examples', () => {
  it('have one for each pattern', () => {
    expect(new Set(examples.map(patternOf))).toEqual(new Set(patternNames));
  });

  it.each(examples)('%s is what the command makes of its handback.yaml', async (name) => {
    const { code, stdout, stderr } = await runCli(['-C', join(folder, name), 'handback', 'generate', patternOf(name)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split(/^(?=# file: )/mu).toSorted()).toEqual(committed(name));
  });

  it.each(examples)('%s is complete with three places filled in', async (name) => {
    const [head = '', ...places] = written(name).split(/^# (?=\d: )/mu);
    expect(places.map((place) => place[0])).toEqual(['1', '2', '3']);
    expect(head).not.toContain('acme');
    // Names of others give files that know nothing of acme.
    writeFileSync(join(copies, `${name}.yaml`), written(name).replaceAll('acme', 'globex'));
    const args = ['handback', 'generate', patternOf(name), '-f', `${name}.yaml`];
    const { code, stdout } = await runCli(['-C', copies, ...args]);
    expect(code).toBe(0);
    expect(stdout).toContain('globex');
    expect(stdout).not.toContain('acme');
    expect(readme).toContain(`](${name}/handback.yaml)`);
  });

  const reporting = examples.filter((name) => committed(name).some((file) => file.includes('kind: Notifications')));
  it.each(reporting)('%s has a notifications.yaml that settings are made from', async (name) => {
    const file = join(folder, name, 'generated/cluster/notifications.yaml');
    const { code, stdout, stderr } = await runCli(['notifications', 'generate', '-f', file]);
    // Whom to trust only the operator can say.
    const said = Array.from(stderr.matchAll(/(?:error|warning)\[[a-z-]+\]/gu), ([word]) => word);
    expect({ code, said: said.filter((word) => word !== 'warning[notifications-trust]') }).toEqual({
      code: 0,
      said: [],
    });
    expect(stdout).toMatch(/service\.(github|webhook\.(gitlab|bitbucket|gitea|azure|jenkins-tests|webhook-tests))/u);
  });
});

it('names the jobs of an earlier run that a change of a name leaves behind', async () => {
  const text = written('commit-status');
  const generate = async (config: string) => {
    writeFileSync(join(copies, 'names.yaml'), config);
    const args = ['handback', 'generate', 'commit-status', '-f', 'names.yaml', '--output-dir', 'names'];
    return await runCli(['-C', copies, ...args]);
  };
  expect((await generate(text)).stderr).not.toContain('earlier run');
  writeFileSync(join(copies, 'names/source/own.txt'), 'mine\n');
  expect((await generate(text)).stderr).not.toContain('earlier run');
  const { code, stderr } = await generate(text.replace('name: user-service', 'name: basket'));
  expect(code).toBe(0);
  const named = stderr
    .split('\n')
    .filter((line) => line.endsWith('is of an earlier run and is not made any more: remove it'));
  expect(named.map((line) => line.split(' ')[0])).toEqual(
    ['pending', 'scan', 'test'].map(
      (job) => `names/source/user-service/.github/workflows/waybill-${job}-user-service.yml`,
    ),
  );
});
