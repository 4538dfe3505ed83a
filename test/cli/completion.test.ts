/**
 * Completion in real shells, by the script that `waybill complete SHELL` prints: folders, environments and images.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';

const folder = temporaryFolders();
const bundle = await builtProgram();
let bin = '';
let repository = '';

beforeAll(() => {
  bin = folder({ waybill: `#!/bin/sh\nexec ${process.execPath} ${bundle} "$@"\n` });
  chmodSync(join(bin, 'waybill'), 0o755);
  const images = 'images: [{ name: ghcr.io/acme/web }]\n';
  repository = folder({
    '.git/HEAD': 'ref: refs/heads/main\n',
    'apps/web/waybill.yaml': `apiVersion: waybill.dev/v1\nkind: Waybill\n${images}environments: { staging: {}, production: {} }\n`,
    'apps/broken/waybill.yaml': 'kind: [\n',
  });
});

/** What bash offers behind these words. */
function offered(...words: string[]): string[] {
  const script = `
source <(waybill complete bash)
COMP_WORDS=(waybill ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_LINE="\${COMP_WORDS[*]}"
COMP_POINT=\${#COMP_LINE}
compopt() { :; }
# Of the package bash-completion.
_get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cword=$COMP_CWORD; words=("\${COMP_WORDS[@]}"); }
$(complete -p waybill | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  return execFileSync('bash', ['-c', script], { cwd: repository, env, encoding: 'utf8' }).trim().split('\n');
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [
      ['render', '-e', ''],
      ['production', 'staging'],
    ],
    [['render', 'apps/w'], ['apps/web']],
    [['images', 'set', 'ghcr'], ['ghcr.io/acme/web']],
    [['rollb'], ['rollback']],
  ])('%j', (words, expected) => {
    expect(offered(...words).map((one) => one.trim())).toEqual(expected);
  });
});

/** CI has every shell; elsewhere the tests of one that is not installed are shown as skipped. */
function isMissing(shell: string): boolean {
  return process.env['CI'] === undefined && spawnSync(shell, ['-c', 'true']).error !== undefined;
}

const cases: readonly (readonly [typed: string, completed: string])[] = [
  ['render -e prod', 'render -e production'],
  ['render apps/w', 'render apps/web'],
  ['images set ghcr', 'images set ghcr.io/acme/web'],
  ['rollb', 'rollback'],
];

describe.skipIf(isMissing('fish'))('completion in fish', () => {
  it.each(cases)('%s', (typed, completed) => {
    const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: bin };
    const script = `waybill complete fish | source; complete -C 'waybill ${typed}'`;
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script], { cwd: repository, env, encoding: 'utf8' });
    const words = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(words).toEqual([completed.split(' ').at(-1)]);
  });
});

describe.skipIf(isMissing('zsh'))('completion in zsh', () => {
  it('completes what is typed', () => {
    // An interactive zsh in a terminal of its own; `#` shows where the completed line ends.
    const lines = cases.map(
      ([typed]) =>
        `zpty -w -n z $'waybill ${typed}\\t#'\nzpty -r -m z out '*#*'\nprint -r -- "\${out}"\nzpty -w -n z $'\\x15'`,
    );
    const script = `zmodload zsh/zpty
zpty z 'zsh -f -i'
zpty -w z "unset zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source <(waybill complete zsh); PS1=RE''ADY"
zpty -r z out '*READY*'
${lines.join('\n')}
zpty -d z
`;
    const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: bin, TERM: 'xterm' };
    const { stdout } = spawnSync('zsh', ['-f', '-c', script], {
      cwd: repository,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    // oxlint-disable-next-line no-control-regex
    const plain = stdout.replaceAll(/\u001B\[[\d;?]*[A-Za-z]|[\b\r]/gu, '');
    for (const [, completed] of cases) expect(plain).toMatch(new RegExp(`waybill ${completed} *#`, 'u'));
  });
});
