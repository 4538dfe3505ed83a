import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../tools/run-cli.ts';

// What the pages show of the command line is what it prints: each ```console block is run. A line `…` stands for any lines.
const pages = ['README.md', 'docs/how-a-render-is-computed.md', 'docs/three-am.md'];

interface Shown {
  readonly page: string;
  readonly command: string;
  readonly output: readonly string[];
}

function shown(page: string): Shown[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```console\n([\s\S]*?)^```$/gmu);
  return [...blocks].flatMap(([, text = '']) =>
    text
      .split(/^\$ /mu)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.trimEnd().split('\n');
        return { page, command, output };
      }),
  );
}

/** Words of a command line; single quotes keep one together. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** The shown lines as one regular expression. */
function pattern(lines: readonly string[]): RegExp {
  const parts = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`, 'u');
}

describe('what the documentation shows', () => {
  const all = pages.flatMap(shown);

  it('is there', () => {
    expect(all.length).toBeGreaterThan(4);
  });

  it.each(all)('$page: $command', async ({ command, output }) => {
    const args = words(command.replace(/^(?:npm ci && )?npx waybill /u, ''));
    const { stdout, stderr } = await runCli(args);
    expect(stdout + stderr).toMatch(pattern(output));
  });
});
