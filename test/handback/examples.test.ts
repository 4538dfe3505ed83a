import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../tools/run-cli.ts';

const folder = 'examples/handback';
const examples = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

/** What is committed, as the command prints it. */
function committed(name: string): string[] {
  const generated = join(folder, name, 'generated');
  return readdirSync(generated, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .map((path) => `# file: ${path.slice(generated.length + 1)}\n${readFileSync(path, 'utf8')}\n`)
    .toSorted();
}

describe('the hand-back examples', () => {
  it('are one for each pattern', () => {
    expect(examples).toEqual(['argo-events', 'commit-status', 'event-files', 'three-repositories', 'webhook']);
  });

  it.each(examples)('%s is what the command makes of its handback.yaml', async (name) => {
    const { code, stdout, stderr } = await runCli(['-C', join(folder, name), 'handback', 'generate', name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split(/^(?=# file: )/mu).toSorted()).toEqual(committed(name));
  });

  it.each(['commit-status', 'webhook'])('%s has a notifications.yaml that settings are made from', async (name) => {
    const file = join(folder, name, 'generated/cluster/notifications.yaml');
    const { code, stdout, stderr } = await runCli(['notifications', 'generate', '-f', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(name === 'webhook' ? 'service.webhook.jenkins-tests' : 'service.github');
  });
});
