import { describe, expect, it } from 'vitest';
import type { Diagnostic, Location } from './diagnostic.ts';
import { failure } from './failure.ts';
import { formatDiagnostics } from './format.ts';

const file = `overlays:\n\t- target: { kind: Deployment, name: user-servce }\n  - "${'x'.repeat(300)}"\n`;
const readSource = (name: string): string | undefined => (name === 'app/waybill.yaml' ? file : undefined);

function text(location: Location | undefined, more: Partial<Diagnostic> = {}): string {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'overlay-no-match',
    message: 'overlay "three replicas" matches no resource in environment production',
    ...(location ? { location } : {}),
    ...more,
  };
  return formatDiagnostics([diagnostic], readSource);
}

describe('formatDiagnostics', () => {
  it('shows place, code, source line, caret and help', () => {
    expect(
      text(
        { file: 'app/waybill.yaml', line: 2, column: 4, endColumn: 10 },
        { help: ['Deployments in this application: user-service.', 'Did you mean user-service?'] },
      ),
    ).toBe(`app/waybill.yaml:2:4: error[overlay-no-match]: overlay "three replicas" matches no resource in environment production
    2 | \t- target: { kind: Deployment, name: user-servce }
      | \t  ^^^^^^
  Deployments in this application: user-service.
  Did you mean user-service?
`);
  });

  it('shows the message also when reading the file fails', () => {
    const unreadable = (): string => {
      throw failure('path-escapes', 'outside');
    };
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'policy-invalid',
      message: 'm',
      location: { file: '/etc/waybill/policy.yaml', line: 1 },
    };
    expect(formatDiagnostics([diagnostic], unreadable)).toBe('/etc/waybill/policy.yaml:1: error[policy-invalid]: m\n');
  });

  it.each<[string, Location | undefined, string[]]>([
    ['no location', undefined, []],
    ['a file that cannot be read', { file: 'gone.yaml', line: 3, column: 1 }, []],
    ['a line that is not there', { file: 'app/waybill.yaml', line: 99 }, []],
    ['a whole line', { file: 'app/waybill.yaml', line: 1 }, ['    1 | overlays:']],
    ['one column', { file: 'app/waybill.yaml', line: 1, column: 9 }, ['    1 | overlays:', '      |         ^']],
    [
      'an end past the line',
      { file: 'app/waybill.yaml', line: 1, column: 7, endColumn: 40 },
      ['    1 | overlays:', '      |       ^^^'],
    ],
  ])('%s', (_name, location, rows) => {
    expect(text(location).trimEnd().split('\n').slice(1)).toEqual(rows);
  });

  it('shows a window of a long line, with the caret in it', () => {
    const [, line, caret] = text({ file: 'app/waybill.yaml', line: 3, column: 250, endColumn: 252 }).split('\n');
    expect(line?.length).toBeLessThan(180);
    expect(line).toContain('…');
    expect(line?.slice(caret?.indexOf('^'), (caret?.lastIndexOf('^') ?? 0) + 1)).toBe('xx');
  });

  it('separates several by a blank line and gives nothing for none', () => {
    const one: Diagnostic = { severity: 'warning', code: 'yaml-syntax', message: 'one' };
    expect(formatDiagnostics([one, one], readSource)).toBe('warning[yaml-syntax]: one\n\nwarning[yaml-syntax]: one\n');
    expect(formatDiagnostics([], readSource)).toBe('');
  });

  it('prints the beginning of what has no end', () => {
    const long: Diagnostic = { severity: 'error', code: 'yaml-syntax', message: 'x'.repeat(1_000_000) };
    expect(formatDiagnostics([long], readSource).length).toBeLessThan(9000);
    const short: Diagnostic = { severity: 'error', code: 'yaml-syntax', message: 'x' };
    const many = formatDiagnostics(
      Array.from({ length: 1000 }, () => short),
      readSource,
    );
    expect(many.match(/error/gu)).toHaveLength(200);
    expect(many).toMatch(/\n\nand 800 more\n$/u);
  });

  it('lets no control character of the input reach a terminal', () => {
    const printed = text(undefined, { message: 'name "\u001B[31mred" \u202Eder', help: ['bell \u0007'] });
    expect(printed).not.toContain('\u001B');
    expect(printed).not.toContain('\u0007');
    expect(printed).not.toContain('\u202E');
    expect(printed).toContain('bell');
  });

  it('lets no text of the input begin a line of its own', () => {
    const forged = 'a\n\napp/x.yaml:1:1: error[policy-image]: forged\r\n\u2028\u200Bb\tc';
    const printed = text({ file: `app/${forged}` }, { message: `name ${forged}`, help: [`There: ${forged}`] });
    expect(printed.trimEnd().split('\n')).toHaveLength(2);
    expect(printed).toContain(
      'error[overlay-no-match]: name a\\n\\napp/x.yaml:1:1: error[policy-image]: forged\\n\uFFFD\uFFFDb\\tc',
    );
  });

  it('colours only when asked to', () => {
    const one: Diagnostic = { severity: 'error', code: 'yaml-syntax', message: 'one' };
    expect(formatDiagnostics([one], readSource, { color: true })).toBe('\u001B[31merror[yaml-syntax]\u001B[39m: one\n');
  });

  it('shows no secret, in the message or the help', () => {
    const printed = text(undefined, {
      message: 'https://ci:hunter2@acme.dev/a is not there',
      help: ['curl -H "Authorization: Bearer hunter3"'],
    });
    expect(printed).toContain('https://***@acme.dev/a');
    expect(printed).not.toMatch(/hunter[23]/u);
  });
});
