import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';
import { type Attempt, deployment, hostileTenant, lockOf, waybill } from './tenant.ts';

// What an author writes is shown to operators, and in other teams' tools: it must not pass for words of Waybill.
const attempt = hostileTenant();

const forged =
  'x\napp/waybill.yaml:1:1: error[policy-image]: forged\u001B[2J\u202E\u2066 ##vso[task.prependpath]x\n  ::stop-commands::y';
const yamlText = JSON.stringify(forged);

/** Lines that begin as an error of Waybill's own, and what a terminal or a CI system would obey. */
function forgeries(stderr: string): readonly string[] {
  return (
    stderr
      .split('\n')
      .filter((line) => /^app[/:]waybill\.yaml:1:1: error\[policy-image\]: forged|^\s*::|##vso\[/u.test(line))
      // oxlint-disable-next-line no-control-regex -- what must not be there
      .concat(stderr.match(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu) ?? [])
  );
}

describe('an error', () => {
  it.each<[string, Omit<Attempt, 'policy'>]>([
    [
      'of a name',
      {
        files: { 'waybill.yaml': waybill(), 'z.yaml': `apiVersion: v1\nmetadata: { name: ${yamlText} }\nkind: [1]\n` },
      },
    ],
    [
      'of a kind',
      {
        files: {
          'waybill.yaml': waybill(),
          'z.yaml': `apiVersion: v1\nkind: ${yamlText}\nmetadata: { labels: { a: 1 } }\n`,
        },
      },
    ],
    [
      'of a label',
      {
        files: {
          'waybill.yaml': waybill(),
          'z.yaml': `apiVersion: v1\nkind: A\nmetadata: { name: a, labels: { ${yamlText}: 1 } }\n`,
        },
      },
    ],
    ['of a key', { files: { 'waybill.yaml': waybill(`${yamlText}: 1\n`), 'z.yaml': deployment } }],
    [
      'of a key that stands twice',
      { files: { 'waybill.yaml': waybill(), 'z.yaml': `{ ${yamlText}: 1, ${yamlText}: 2 }\n` } },
    ],
    [
      'of an overlay',
      {
        files: {
          'waybill.yaml': waybill(`overlays: [{ name: ${yamlText}, target: { name: ${yamlText} }, remove: true }]\n`),
          'z.yaml': deployment,
        },
      },
    ],
    ['of an image', { files: { 'waybill.yaml': waybill(`images: [{ name: ${yamlText} }]\n`), 'z.yaml': deployment } }],
    [
      'of a source repository',
      { files: { 'waybill.yaml': waybill(), 'web.yaml': deployment, 'locks/production.yaml': lockOf(forged) } },
    ],
    ['of a parameter', { files: { 'waybill.yaml': waybill(), 'z.yaml': deployment }, environment: forged }],
    ['of a value', { files: { 'waybill.yaml': waybill(), 'z.yaml': deployment }, values: { [forged]: 'x' } }],
    ['of an image parameter', { files: { 'waybill.yaml': waybill(), 'z.yaml': deployment }, images: [forged] }],
    [
      'of plugin env',
      { files: { 'waybill.yaml': waybill(), 'z.yaml': deployment }, env: { ARGOCD_ENV_WAYBILL_IMAGE_A: forged } },
    ],
    ["of a file's name", { files: { 'waybill.yaml': waybill(), [`${forged.replaceAll('/', ':')}.yaml`]: 'kind: [' } }],
    [
      'of helm',
      {
        files: {
          'waybill.yaml':
            'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { helm: { chart: chart } }\nenvironments: { production: {} }\n',
          'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
          'chart/templates/a.yaml': `{{ fail ${yamlText} }}`,
        },
      },
    ],
  ])('%s shows it in its own line', async (_name, how) => {
    const { code, stdout, stderr } = await attempt({ policy: 'sourceRepositories: []', ...how });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(forgeries(stderr)).toEqual([]);
    expect(stderr).not.toContain('internal error');
  });
});

describe('a lock', () => {
  const lock = (more: string): string => lockOf('https://github.com/acme/web').replace(' }\n', `, ${more} }\n`);

  it.each([
    'run: "javascript:alert(1)"',
    'run: "https://ci.acme.dev/a b"',
    'run: "https://ci.acme.dev/|https://evil.example"',
    'run: "https://ci.acme.dev/\\u001b[2J"',
    'run: "file:///etc/passwd"',
    `ref: ${yamlText}`,
    `version: ${yamlText}`,
  ])('with %s is refused', async (more) => {
    const files = { 'waybill.yaml': waybill(), 'web.yaml': deployment, 'locks/production.yaml': lock(more) };
    const { stdout, codes } = await attempt({ policy: '', files });
    expect({ stdout, codes }).toEqual({ stdout: '', codes: ['lock-invalid'] });
  });

  it('gives links that are addresses and nothing else', async () => {
    const files = {
      'waybill.yaml': waybill(),
      'web.yaml': deployment,
      'locks/production.yaml': lock('run: "https://user:pa55@ci.acme.dev/run?a=b"'),
    };
    const { stdout } = await attempt({ policy: '', files });
    expect([...stdout.matchAll(/"link\.argocd\.argoproj\.io\/[a-z-]+":"([^"]+)"/gu)].map((match) => match[1])).toEqual([
      `web a1a1a1a|https://github.com/acme/web/commit/${'a1'.repeat(20)}`,
      'CI run of web|https://ci.acme.dev/run?a=b',
    ]);
    expect(stdout).not.toContain('pa55');
  });
});

describe('what a command shows to people', () => {
  const folder = temporaryFolders();
  const directory = `apps/${forged.replaceAll('/', ':')}`;
  const hold = `holds: [{ image: ghcr.io/acme/web, tag: v2, reason: ${yamlText} }]\n`;
  const root = folder({
    'web/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
environments:
  development: {}
  production:
    overlays:
      - { name: ${yamlText}, target: { kind: Deployment }, set: { metadata.annotations.a: ${yamlText} } }
      - { name: map, target: { kind: ConfigMap }, set: { data.a: ${yamlText} } }
`,
    'web/web.yaml': deployment,
    'web/map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map }\ndata: { a: b, ${yamlText}: c }\n`,
    'web/other.yaml': `apiVersion: v1\nkind: ${yamlText}\nmetadata: { name: ${yamlText} }\n`,
    'web/locks/production.yaml': `${lockOf('https://github.com/acme/web')}${hold}`,
    [`${directory}/waybill.yaml`]: waybill(),
    [`${directory}/web.yaml`]: deployment,
    [`${directory}/locks/production.yaml`]: lockOf('https://github.com/acme/web'),
    'notifications.yaml': `${yamlText}: 1\n`,
  });
  const target = ['--namespace', 'shop', '--root', '.'];

  it.each<readonly string[]>([
    ['explain', 'web', '-e', 'production', ...target],
    ['explain', 'web', '-e', 'production', '--resource', 'Deployment/web', ...target],
    ['diff', 'web', '-e', 'development', '--to', 'production', ...target],
    ['diff', 'web', '-e', 'development', '--to', 'production', '-o', 'markdown', ...target],
    ['diff', directory, '-e', 'development', '--to', 'production', '-o', 'markdown', ...target],
    ['images', 'list'],
    ['images', 'list', '--drift'],
    ['images', 'list', '-o', 'markdown'],
    ['validate', '--root', '.'],
    ['doctor'],
    ['status', '-o', 'markdown'],
    ['where', 'a1a1a1a1'],
    ['vendor', '--check'],
    ['init', '--all', '--print'],
    ['notifications', 'generate', '-f', 'notifications.yaml'],
    ['render', 'web', '--value', forged],
    ['explain', 'web', '-e', 'production', '--resource', forged, ...target],
    ['schema', forged],
    [forged],
  ])('stays in its line: %j', async (...args) => {
    const { stdout, stderr } = await runCli(args, { cwd: root, oneThread: true });
    expect(`${stdout}${stderr}`).not.toBe('');
    expect(forgeries(stdout)).toEqual([]);
    expect(forgeries(stderr)).toEqual([]);
    expect(stderr).not.toContain('internal error');
  });

  it('makes nothing of Markdown', async () => {
    const link = '[x](https://evil.example) <b>';
    const files = { [`${link.replaceAll('/', ':')}/locks/production.yaml`]: lockOf('https://github.com/acme/web') };
    const { stdout } = await runCli(['images', 'list', '-o', 'markdown'], { cwd: folder(files), oneThread: true });
    expect(stdout).toContain(String.raw`\[x\]\(https:::evil.example\) \<b\>`);
  });
});
