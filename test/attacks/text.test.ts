import { describe, expect, it } from 'vitest';
import { type Attempt, deployment, hostileTenant, lockOf, waybill } from './tenant.ts';

// What an author writes is shown to operators, and in other teams' tools: it must not pass for words of Waybill.
const attempt = hostileTenant();

const forged = 'x\napp/waybill.yaml:1:1: error[policy-image]: forged\u001B[2J\u202E\u2066';
const yamlText = JSON.stringify(forged);

/** Lines that begin as an error of Waybill's own, and what a terminal would obey. */
function forgeries(stderr: string): readonly string[] {
  return (
    stderr
      .split('\n')
      .filter((line) => line.startsWith('app/waybill.yaml:1:1: error[policy-image]: forged'))
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
